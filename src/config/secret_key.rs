//! The key from which the links of readers are derived.
//!
//! It stays outside of the database, so that a stolen copy of the database opens nobody's report. Losing it makes the
//! links that were handed out useless; several instances must share it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use data_encoding::{
    BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD, HEXLOWER, HEXLOWER_PERMISSIVE,
};
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use super::ConfigError;

/// What a key has at least.
const MIN_BYTES: usize = 32;
/// A key with fewer different bytes than this was not made by chance: a placeholder, or the key on a keyboard.
const MIN_DIFFERENT_BYTES: usize = 12;

/// At least 32 random bytes. Shows itself to nobody by accident.
#[derive(Debug)]
pub struct SecretKey(SecretSlice<u8>);

impl SecretKey {
    /// The bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose_secret()
    }

    /// Reads a key written as hexadecimal digits, or as base64 in either alphabet with or without padding. What can be
    /// read as hexadecimal is.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim().as_bytes();
        let bytes = [
            HEXLOWER_PERMISSIVE,
            BASE64,
            BASE64_NOPAD,
            BASE64URL,
            BASE64URL_NOPAD,
        ]
        .iter()
        .find_map(|encoding| encoding.decode(text).ok())
        .ok_or("expected hexadecimal digits or base64")?;
        if bytes.len() < MIN_BYTES {
            return Err("expected at least 32 bytes, that is 64 hexadecimal digits");
        }
        let mut different = bytes.clone();
        different.sort_unstable();
        different.dedup();
        if different.len() < MIN_DIFFERENT_BYTES {
            return Err("expected random bytes; `openssl rand -hex 32` makes some");
        }
        Ok(Self(bytes.into()))
    }
}

pub(super) fn load_or_create(
    key: Option<&SecretString>,
    path: &Path,
) -> Result<SecretKey, ConfigError> {
    if let Some(key) = key {
        return SecretKey::parse(key.expose_secret()).map_err(|reason| ConfigError::KeyFile {
            path: PathBuf::from("secret_key"),
            reason: reason.to_owned(),
        });
    }
    let failed = |reason: String| ConfigError::KeyFile {
        path: path.to_owned(),
        reason,
    };
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            create(path).map_err(|error| failed(format!("cannot be created: {error}")))?;
            // Read rather than remembered: another instance may have been first.
            fs::read_to_string(path)
        }
        read => read,
    };
    let text = text.map_err(|error| failed(format!("cannot be read: {error}")))?;
    SecretKey::parse(&text).map_err(|reason| failed(reason.to_owned()))
}

/// Writes a new key beside `path` and links it there, so that nobody ever reads half a key and the first one stays
/// when two instances start at once.
fn create(path: &Path) -> io::Result<()> {
    let mut bytes = [0; MIN_BYTES];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}.new", std::process::id()));
    let draft = PathBuf::from(draft);
    let written =
        write_private(&draft, &HEXLOWER.encode(&bytes)).and_then(|()| {
            match fs::hard_link(&draft, path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
                linked => linked,
            }
        });
    let removed = fs::remove_file(&draft);
    written.and(removed)
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file: File = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    #[test]
    fn secret_keys_are_hexadecimal_or_base64_and_long_enough() {
        let parse = |text: &str| SecretKey::parse(text).map(|key| key.expose().len());
        assert_eq!(parse(KEY), Ok(32));
        assert_eq!(parse(&KEY.to_uppercase()), Ok(32));
        assert_eq!(
            parse("q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQAQIDBAUGBwg="),
            Ok(32)
        );
        assert_eq!(
            parse("q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQAQIDBAUGBwg\n"),
            Ok(32)
        );
        assert!(parse(&KEY[..62]).is_err());
        assert!(parse(&"0".repeat(64)).is_err());
        assert!(parse("not a key").is_err());
    }
}
