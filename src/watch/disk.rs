//! How much room is left on the disk where the database grows.

use std::path::{Path, PathBuf};

use crate::services::watch_articles::FreeSpace;

/// The file system that holds a path.
#[derive(Debug, Clone)]
pub struct DiskOf(PathBuf);

impl DiskOf {
    /// Of a file, which need not exist yet.
    #[must_use]
    pub fn new(file: &Path) -> Self {
        Self(file.to_owned())
    }
}

impl FreeSpace for DiskOf {
    #[cfg(unix)]
    fn free_bytes(&self) -> Option<u64> {
        let absolute = std::path::absolute(&self.0).ok()?;
        let existing = absolute.ancestors().find(|path| path.exists())?;
        let stat = rustix::fs::statvfs(existing).ok()?;
        Some(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    #[cfg(not(unix))]
    fn free_bytes(&self) -> Option<u64> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disk_of_a_file_that_is_not_there_yet_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let disk = DiskOf::new(&folder.path().join("a/b/c.db"));
        assert!(disk.free_bytes().is_some_and(|free| free > 0));
    }
}
