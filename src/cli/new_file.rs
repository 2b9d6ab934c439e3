//! A file that appears as a whole or not at all, and never in the place of another.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

/// A file being written beside its place. Dropped unfinished, it is gone.
pub(super) struct NewFile {
    place: PathBuf,
    draft: PathBuf,
    finished: bool,
}

impl NewFile {
    /// Begins a file, readable for its owner alone: it will hold what readers told us.
    pub(super) fn begin(place: &Path) -> anyhow::Result<(Self, File)> {
        if place.symlink_metadata().is_ok() {
            anyhow::bail!(
                "{} is there already; nothing was overwritten",
                place.display()
            );
        }
        let name = place
            .file_name()
            .with_context(|| format!("{} is no file name", place.display()))?;
        let mut draft_name = OsString::from(".");
        draft_name.push(name);
        draft_name.push(format!(".{}.tmp", std::process::id()));
        let draft = place.with_file_name(draft_name);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options
            .open(&draft)
            .with_context(|| format!("{} cannot be written", place.display()))?;
        let new = Self {
            place: place.to_owned(),
            draft,
            finished: false,
        };
        Ok((new, file))
    }

    /// Where it is written.
    pub(super) fn draft(&self) -> &Path {
        &self.draft
    }

    /// Puts it in its place, durably.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        let placed = self.put_in_place();
        self.finished = placed.is_ok();
        placed.with_context(|| format!("{} cannot be written", self.place.display()))
    }

    fn put_in_place(&self) -> io::Result<()> {
        File::open(&self.draft)?.sync_all()?;
        // A link fails where something is already; a rename would replace it. Some file systems know no links.
        match fs::hard_link(&self.draft, &self.place) {
            Ok(()) => fs::remove_file(&self.draft)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            Err(_) => fs::rename(&self.draft, &self.place)?,
        }
        let folder = self.place.parent().filter(|p| !p.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.finished {
            // It may be gone already, and there is nobody left to tell.
            let _ = fs::remove_file(&self.draft);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::NewFile;

    #[test]
    fn a_file_appears_whole_and_replaces_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("export.jsonl");
        let names = || std::fs::read_dir(folder.path()).unwrap().count();
        let (unfinished, _) = NewFile::begin(&place).unwrap();
        assert!(!place.exists());
        drop(unfinished);
        assert_eq!(names(), 0);

        let (new, mut file) = NewFile::begin(&place).unwrap();
        file.write_all(b"whole").unwrap();
        new.finish().unwrap();
        assert_eq!(std::fs::read(&place).unwrap(), b"whole");
        assert_eq!(names(), 1);
        assert!(NewFile::begin(&place).is_err());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = place.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
