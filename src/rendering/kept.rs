//! Parts of pages that are kept: an editor looks at a list again and again, and most of it says what it said before.

use std::{
    fmt,
    hash::{BuildHasher, Hash, RandomState},
};

use minijinja::Value;
use quick_cache::{Weighter, sync::Cache};

/// The most that is kept, in bytes of HTML.
const MOST: u64 = 4 * 1024 * 1024;
/// About how many parts these are.
const EXPECTED: usize = 4096;

/// Parts by what they are made of. Which that is only a hash says: with two secret keys of this process nobody can make two parts
/// meet, and by chance they do not.
pub(super) struct Kept {
    hashers: [RandomState; 2],
    parts: Cache<(u64, u64), Value, Length>,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            hashers: Default::default(),
            parts: Cache::with_weighter(EXPECTED, MOST, Length),
        }
    }
}

impl Kept {
    /// The part that is made of `key`, or what `make` comes to.
    pub(super) fn part<E>(
        &self,
        key: &impl Hash,
        make: impl FnOnce() -> Result<String, E>,
    ) -> Result<Value, E> {
        let [one, other] = &self.hashers;
        let key = (one.hash_one(key), other.hash_one(key));
        if let Some(part) = self.parts.get(&key) {
            return Ok(part);
        }
        let part = Value::from_safe_string(make()?);
        self.parts.insert(key, part.clone());
        Ok(part)
    }
}

/// How heavy a part is.
#[derive(Clone)]
struct Length;

impl Weighter<(u64, u64), Value> for Length {
    fn weight(&self, _: &(u64, u64), part: &Value) -> u64 {
        part.as_str().map_or(1, |html| html.len() as u64 + 64)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn made(kept: &Kept, key: &str, html: &str) -> String {
        let part = kept.part(&key, || Ok::<_, Infallible>(html.to_owned()));
        part.unwrap().to_string()
    }

    #[test]
    fn a_part_is_made_once_and_anew_when_what_it_is_made_of_is_another() {
        let kept = Kept::default();
        assert_eq!(made(&kept, "FM-1, open", "<li>open"), "<li>open");
        assert_eq!(made(&kept, "FM-1, open", "not asked"), "<li>open");
        assert_eq!(made(&kept, "FM-1, closed", "<li>closed"), "<li>closed");
    }

    #[test]
    fn a_fault_is_not_kept() {
        let kept = Kept::default();
        assert_eq!(kept.part(&1, || Err("no")).unwrap_err(), "no");
        assert_eq!(
            kept.part(&1, || Ok::<_, ()>("yes".into()))
                .unwrap()
                .to_string(),
            "yes"
        );
    }

    #[test]
    fn no_more_is_kept_than_fits() {
        let kept = Kept::default();
        let html = "x".repeat(64 * 1024);
        for n in 0..1_000 {
            kept.part(&n, || Ok::<_, ()>(html.clone())).unwrap();
        }
        assert!(kept.parts.weight() <= MOST, "{}", kept.parts.weight());
    }
}
