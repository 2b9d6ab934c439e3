//! The mails in the folder they are written to, read back.

use std::{
    fs, io,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use mail_parser::{Address, MessageParser};

use crate::domain::clock::UnixMillis;

/// A larger file is none of ours.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// Where a mail stands in the mailbox: by the time it was written, then by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// When it was written.
    pub at: UnixMillis,
    /// The file's name without `.eml`.
    pub id: String,
}

impl Place {
    /// Reads a place from an address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('.')?;
        Some(Self {
            at: at.parse().ok()?,
            id: is_id(id).then(|| id.to_owned())?,
        })
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.at, self.id)
    }
}

/// A mail, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The file's name without `.eml`.
    pub id: String,
    /// Sender.
    pub from: String,
    /// Recipients.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Its date; of a mail without one, when it was written.
    pub date: UnixMillis,
    /// All header fields as they stand.
    pub headers: Vec<(String, String)>,
    /// Its text.
    pub text: String,
    /// Its HTML, if it has any.
    pub html: Option<String>,
}

/// A page of the mailbox, newest first, and where the next one begins. Files that vanish meanwhile are passed over.
///
/// # Errors
/// When the folder cannot be read; a folder that is not there is empty.
pub fn list(
    folder: &Path,
    before: Option<&Place>,
    limit: usize,
) -> io::Result<(Vec<Mail>, Option<Place>)> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), None)),
        Err(error) => return Err(error),
    };
    let mut places: Vec<Place> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok()?;
            let id = name.strip_suffix(".eml").filter(|id| is_id(id))?;
            let at = entry
                .metadata()
                .ok()
                .filter(fs::Metadata::is_file)?
                .modified()
                .ok()?;
            Some(Place {
                at: millis(at),
                id: id.to_owned(),
            })
        })
        .filter(|place| before.is_none_or(|before| place < before))
        .collect();
    places.sort_unstable_by(|a, b| b.cmp(a));
    let more = places.len() > limit;
    places.truncate(limit);
    let next = if more { places.last().cloned() } else { None };
    let mails = places
        .iter()
        .filter_map(|place| read(folder, &place.id).ok().flatten())
        .collect();
    Ok((mails, next))
}

/// One mail; a file that is no mail is shown as what it is.
///
/// # Errors
/// When the file is there and cannot be read.
pub fn read(folder: &Path, id: &str) -> io::Result<Option<Mail>> {
    let Some((bytes, written)) = source(folder, id)? else {
        return Ok(None);
    };
    let Some(message) = MessageParser::default().parse(&bytes) else {
        return Ok(Some(Mail {
            id: id.to_owned(),
            from: String::new(),
            to: String::new(),
            subject: format!("{id}.eml"),
            date: written,
            headers: Vec::new(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            html: None,
        }));
    };
    let has_html = message
        .html_part(0)
        .is_some_and(mail_parser::MessagePart::is_text_html);
    Ok(Some(Mail {
        id: id.to_owned(),
        from: people(message.from()),
        to: people(message.to()),
        subject: message
            .subject()
            .filter(|s| !s.trim().is_empty())
            .map_or_else(|| format!("{id}.eml"), str::to_owned),
        date: message
            .date()
            .map_or(written, |d| d.to_timestamp().saturating_mul(1000)),
        headers: message
            .headers_raw()
            .map(|(name, value)| {
                (
                    name.to_owned(),
                    value.split_whitespace().collect::<Vec<_>>().join(" "),
                )
            })
            .collect(),
        text: message
            .body_text(0)
            .map(|text| text.replace('\r', ""))
            .unwrap_or_default(),
        html: has_html
            .then(|| message.body_html(0).map(std::borrow::Cow::into_owned))
            .flatten(),
    }))
}

/// A mail as it was written, and when.
///
/// # Errors
/// When the file is there and cannot be read.
pub fn source(folder: &Path, id: &str) -> io::Result<Option<(Vec<u8>, UnixMillis)>> {
    if !is_id(id) {
        return Ok(None);
    }
    let path = folder.join(format!("{id}.eml"));
    let found = fs::metadata(&path).and_then(|about| {
        if about.len() > MAX_BYTES {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok((fs::read(&path)?, millis(about.modified()?)))
    });
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A name that leads nowhere else.
fn is_id(text: &str) -> bool {
    (1..=80).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn millis(time: SystemTime) -> UnixMillis {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
}

fn people(list: Option<&Address<'_>>) -> String {
    let name = |person: &mail_parser::Addr<'_>| match (person.name(), person.address()) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (name, address) => name.or(address).unwrap_or_default().to_owned(),
    };
    list.map(|l| l.iter().map(name).collect::<Vec<_>>().join(", "))
        .unwrap_or_default()
}

/// A stretch of a mail's text, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch<'a> {
    /// Its words.
    pub text: &'a str,
    /// Whether it is an address to follow.
    pub is_link: bool,
}

/// A mail's text with the web addresses in it told apart.
#[must_use]
pub fn with_links(text: &str) -> Vec<Stretch<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(start) = ["http://", "https://"]
        .iter()
        .filter_map(|scheme| rest.find(scheme))
        .min()
    {
        let end = rest[start..]
            .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"'))
            .map_or(rest.len(), |n| start + n);
        let end = start
            + rest[start..end]
                .trim_end_matches(['.', ',', ';', ':', ')', '!', '?'])
                .len();
        out.push(Stretch {
            text: &rest[..start],
            is_link: false,
        });
        out.push(Stretch {
            text: &rest[start..end],
            is_link: true,
        });
        rest = &rest[end..];
    }
    out.push(Stretch {
        text: rest,
        is_link: false,
    });
    out.retain(|s| !s.text.is_empty());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_are_listed_newest_first_page_by_page_and_broken_files_do_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &[u8], at: u64| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            let time = UNIX_EPOCH + std::time::Duration::from_secs(at);
            fs::File::options()
                .write(true)
                .open(path)
                .unwrap()
                .set_modified(time)
                .unwrap();
        };
        let mail = b"From: A <a@x.example>\r\nTo: b@y.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nsiehe http://x.example/a.\r\n";
        write("one.eml", mail, 10);
        write("two.eml", b"\xFF\xFE\x00", 30);
        write("three.eml", b"", 20);
        write(".four.tmp", mail, 40);
        write("..eml", mail, 50);

        let (first, next) = list(folder.path(), None, 2).unwrap();
        assert_eq!(
            first.iter().map(|m| m.id.as_str()).collect::<Vec<_>>(),
            ["two", "three"]
        );
        let next = Place::parse(&next.unwrap().to_string()).unwrap();
        let (second, end) = list(folder.path(), Some(&next), 2).unwrap();
        assert_eq!((second.len(), end), (1, None));
        let mail = &second[0];
        assert_eq!(
            (
                mail.subject.as_str(),
                mail.from.as_str(),
                mail.html.as_ref()
            ),
            ("Grüße", "A <a@x.example>", None)
        );
        assert_eq!(mail.date, 10_000);
        assert_eq!(read(folder.path(), "../one").unwrap(), None);
        assert_eq!(
            list(&folder.path().join("none"), None, 2).unwrap(),
            (Vec::new(), None)
        );
    }

    #[test]
    fn addresses_in_a_text_are_told_apart() {
        let links = |text| {
            with_links(text)
                .into_iter()
                .filter(|s| s.is_link)
                .map(|s| s.text)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            links("Siehe http://a.example/x?y=1#:~:text=a, b (https://b.example)."),
            ["http://a.example/x?y=1#:~:text=a", "https://b.example"]
        );
        assert!(links("http ist kein Verweis").is_empty());
    }
}
