//! What the machine gives: the key's file, file descriptors, file systems.

use std::{
    fs,
    path::{Path, PathBuf},
};

use secrecy::ExposeSecret as _;

use super::Finding;
use crate::{
    config::Config, services::watch_articles::FreeSpace as _, storage::sqlite_file,
    watch::disk::DiskOf,
};

const KEY: &str = "secret key";
const FILES: &str = "open files";
const WATCH: &str = "article watch";
/// Files, database connections and pipes beside the clients' connections.
const OTHER_FILES: u64 = 100;

/// The key that readers' links are made with.
pub(super) fn secret_key(config: &Config) -> Vec<Finding> {
    if config.secret_key.is_some() {
        return vec![Finding::ok(KEY, "is in the configuration")];
    }
    let path = &config.secret_key_file;
    if !path.exists() {
        return vec![Finding::warn(
            KEY,
            format!(
                "{} is not there yet; the first start makes it",
                path.display()
            ),
        )];
    }
    let mut findings = Vec::new();
    match config.load_or_create_secret_key() {
        Ok(_) => findings.push(Finding::ok(KEY, format!("is in {}", path.display()))),
        Err(error) => findings.push(Finding::fail(KEY, error.to_string())),
    }
    if is_open_to_others(path) {
        findings.push(Finding::fail(
            KEY,
            format!("{0} can be read by others: chmod 600 {0}", path.display()),
        ));
    }
    findings
}

/// Whether anybody but the owner may read a file.
pub(super) fn is_open_to_others(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::metadata(path).is_ok_and(|m| m.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// Whether as many connections can be open as the configuration allows.
pub(super) fn file_descriptors(config: &Config) -> Finding {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let Some(limit) = open_files(&limits) else {
        return Finding::ok(FILES, "the limit is not known on this system");
    };
    let needed = u64::try_from(config.server.max_connections)
        .unwrap_or(u64::MAX)
        .saturating_add(OTHER_FILES);
    if limit < needed {
        Finding::warn(
            FILES,
            format!(
                "{limit} may be open, server.max_connections = {} needs {needed}: raise the limit (LimitNOFILE=) or lower the key",
                config.server.max_connections
            ),
        )
    } else {
        Finding::ok(FILES, format!("{limit} may be open, {needed} are needed"))
    }
}

/// Whether articles are read again, and whether there is room for it.
pub(super) fn article_watch(config: &Config) -> Finding {
    let watch = &config.watch;
    if !watch.enabled {
        return Finding::warn(
            WATCH,
            "is off (watch.enabled): nobody sees by itself that an article was corrected",
        );
    }
    let free = sqlite_file(config.database_url.expose_secret())
        .and_then(|file| DiskOf::new(&file).free_bytes())
        .map(|bytes| bytes / (1024 * 1024));
    match free {
        Some(free) if free < watch.min_free_mib => Finding::warn(
            WATCH,
            format!(
                "rests: {free} MiB are left on the disk, watch.min_free_mib = {}; reports still come in",
                watch.min_free_mib
            ),
        ),
        _ if watch.inner_hosts.is_empty() => Finding::ok(WATCH, "reads public addresses only"),
        _ => Finding::ok(
            WATCH,
            format!(
                "reads public addresses, and {} wherever it leads",
                watch.inner_hosts.join(", ")
            ),
        ),
    }
}

fn open_files(limits: &str) -> Option<u64> {
    let line = limits
        .lines()
        .find_map(|l| l.strip_prefix("Max open files"))?;
    match line.split_whitespace().next()? {
        "unlimited" => Some(u64::MAX),
        number => number.parse().ok(),
    }
}

/// The kind of file system that a path lies on, where the system tells.
pub(super) fn file_system(path: &Path) -> Option<String> {
    let absolute = std::path::absolute(path).ok()?;
    // The file itself may be missing; the folder it will be in is what counts.
    let existing = absolute.ancestors().find_map(|p| p.canonicalize().ok())?;
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    mounted_at(&mounts, &existing)
}

/// The kind of the innermost mount that holds a path; of two at one place, the later hides the earlier.
fn mounted_at(mounts: &str, path: &Path) -> Option<String> {
    mounts
        .lines()
        .filter_map(|line| {
            let (left, right) = line.split_once(" - ")?;
            let place = left.split(' ').nth(4)?.replace("\\040", " ");
            let kind = right.split(' ').next()?;
            Some((PathBuf::from(place), kind.to_owned()))
        })
        .filter(|(place, _)| path.starts_with(place))
        .max_by_key(|(place, _)| place.components().count())
        .map(|(_, kind)| kind)
}

/// Whether a file system of that kind is another machine's, where SQLite's locks do not hold.
pub(super) fn is_network(kind: &str) -> bool {
    const KINDS: [&str; 12] = [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ceph",
        "gfs2",
        "glusterfs",
        "ocfs2",
        "lustre",
    ];
    KINDS.contains(&kind)
        || [
            "fuse.sshfs",
            "fuse.glusterfs",
            "fuse.ceph",
            "fuse.s3fs",
            "fuse.rclone",
        ]
        .iter()
        .any(|fuse| kind.starts_with(fuse))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_mount_is_found() {
        let mounts = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n\
            40 22 0:35 / /srv/my\\040data rw - nfs4 host:/x rw\n\
            41 22 0:36 / /srv rw master:2 - xfs /dev/sdb rw\n";
        let kind = |path: &str| mounted_at(mounts, Path::new(path));
        assert_eq!(kind("/srv/my data/x.db").as_deref(), Some("nfs4"));
        assert_eq!(kind("/srv/other").as_deref(), Some("xfs"));
        assert_eq!(kind("/srvx").as_deref(), Some("ext4"));
        assert!(is_network("nfs4") && is_network("fuse.sshfs") && !is_network("ext4"));
    }

    #[test]
    fn the_soft_limit_counts() {
        let line = "Max open files            1024                 524288               files";
        assert_eq!(open_files(line), Some(1024));
        assert_eq!(
            open_files("Max open files unlimited unlimited files"),
            Some(u64::MAX)
        );
        assert_eq!(open_files(""), None);
    }
}
