//! From the files in `src/web/assets` to what is served: comments off, parts named by their content.
//!
//! The control is plain ES modules without a build step, so this little is done here. Comments that stand on lines of
//! their own, `JSDoc` types within a line, blank lines and indentation are left out; everything else is sent as it was
//! written. A module's name holds a hash of what is sent under it, and what is sent names the modules it imports, so
//! names are made from the leaves up.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

/// How many hexadecimal digits of the hash a name holds.
const HASH_DIGITS: usize = 12;

/// The first digits of the content's SHA-256.
pub(super) fn hash_of(content: &[u8]) -> String {
    let mut digits = data_encoding::HEXLOWER.encode(&Sha256::digest(content));
    digits.truncate(HASH_DIGITS);
    digits
}

/// `dialog.js` with a hash in front of its ending: `dialog.0123456789ab.js`.
pub(super) fn hashed_name(name: &str, hash: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem}.{hash}.{ending}"),
        None => format!("{name}.{hash}"),
    }
}

/// The name without its hash, and the hash if there is one.
pub(super) fn without_hash(name: &str) -> (String, Option<&str>) {
    let parts = name
        .rsplit_once('.')
        .and_then(|(rest, ending)| Some((rest.rsplit_once('.')?, ending)));
    match parts {
        Some(((stem, hash), ending))
            if hash.len() == HASH_DIGITS
                && hash
                    .bytes()
                    .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) =>
        {
            (format!("{stem}.{ending}"), Some(hash))
        }
        _ => (name.to_owned(), None),
    }
}

/// The modules with their imports of one another rewritten to hashed names: name → (hash, content).
///
/// Modules that import one another in a circle keep plain names for the imports that close it: those are served too,
/// only never cached.
pub(super) fn link(modules: &BTreeMap<String, String>) -> BTreeMap<String, (String, String)> {
    let mut linked = BTreeMap::new();
    for name in modules.keys() {
        link_one(name, modules, &mut linked, &mut BTreeSet::new());
    }
    linked
}

fn link_one(
    name: &str,
    modules: &BTreeMap<String, String>,
    linked: &mut BTreeMap<String, (String, String)>,
    open: &mut BTreeSet<String>,
) {
    let Some(content) = modules.get(name).filter(|_| !linked.contains_key(name)) else {
        return;
    };
    open.insert(name.to_owned());
    let mut hashes = BTreeMap::new();
    for other in modules.keys().filter(|other| imports(content, "./", other)) {
        if !open.contains(other) {
            link_one(other, modules, linked, open);
        }
        if let Some((hash, _)) = linked.get(other) {
            hashes.insert(other.clone(), hash.clone());
        }
    }
    open.remove(name);
    let content = with_hashed_imports(content, "./", &hashes);
    linked.insert(name.to_owned(), (hash_of(content.as_bytes()), content));
}

fn imports(content: &str, folder: &str, name: &str) -> bool {
    ['\'', '"']
        .iter()
        .any(|quote| content.contains(&format!("{quote}{folder}{name}{quote}")))
}

/// The content with each quoted `folder` + name in it replaced by the hashed name.
pub(super) fn with_hashed_imports(
    content: &str,
    folder: &str,
    hashes: &BTreeMap<String, String>,
) -> String {
    let mut content = content.to_owned();
    for (name, hash) in hashes {
        for quote in ['\'', '"'] {
            let plain = format!("{quote}{folder}{name}{quote}");
            content = content.replace(
                &plain,
                &format!("{quote}{folder}{}{quote}", hashed_name(name, hash)),
            );
        }
    }
    content
}

/// The source without comments on lines of their own, `JSDoc` types within a line, blank lines and indentation.
///
/// It knows nothing of strings. A line that begins with `//` or `/*` inside of a template literal is taken for a
/// comment as well, so our modules have none.
pub(super) fn stripped(source: &str) -> String {
    let mut kept = String::with_capacity(source.len());
    let mut in_comment = false;
    for line in source.lines() {
        let mut rest = line.trim();
        loop {
            if in_comment {
                let Some((_, after)) = rest.split_once("*/") else {
                    rest = "";
                    break;
                };
                in_comment = false;
                rest = after.trim_start();
            } else if rest.starts_with("/*") {
                in_comment = true;
                rest = &rest[2..];
            } else {
                break;
            }
        }
        if rest.is_empty() || rest.starts_with("//") {
            continue;
        }
        kept.push_str(&without_types(rest));
        kept.push('\n');
    }
    kept
}

/// The line without `/** @type {…} */` and the like.
fn without_types(line: &str) -> String {
    let mut kept = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, comment)) = rest.split_once("/** @") {
        let Some((_, after)) = comment.split_once("*/") else {
            break;
        };
        kept.push_str(before);
        rest = after.trim_start();
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_types_and_indentation_are_stripped() {
        let source = "// A module.\n\n/**\n * What it does.\n * @param {string} a\n */\nexport function f(a) {\n  // Why.\n  \
             let b = /** @type {import('./x.js').B} */ (a * 2);\n\t/* one */ return b;\n}\n/* two\n   lines */ f('//');\n";
        assert_eq!(
            stripped(source),
            "export function f(a) {\nlet b = (a * 2);\nreturn b;\n}\nf('//');\n"
        );
    }

    #[test]
    fn lines_that_only_look_like_comments_stay() {
        assert_eq!(
            stripped("a\n* 2\nconst url = 'https://a.example/*';\n"),
            "a\n* 2\nconst url = 'https://a.example/*';\n"
        );
    }

    #[test]
    fn names_carry_hashes_and_lose_them() {
        assert_eq!(
            hashed_name("dialog.js", "0123456789ab"),
            "dialog.0123456789ab.js"
        );
        assert_eq!(
            without_hash("dialog.0123456789ab.js"),
            ("dialog.js".to_owned(), Some("0123456789ab"))
        );
        for plain in [
            "dialog.js",
            "a.min.js",
            "dialog.0123456789AB.js",
            "dialog",
            "",
        ] {
            assert_eq!(without_hash(plain), (plain.to_owned(), None));
        }
    }

    fn modules(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|&(name, content)| (name.to_owned(), content.to_owned()))
            .collect()
    }

    #[test]
    fn imports_are_rewritten_from_the_leaves_up() {
        let linked = link(&modules(&[
            (
                "dialog.js",
                "import { a } from './form.js';\nimport b from \"./text.js\";\n",
            ),
            ("form.js", "export { a } from './text.js';\n"),
            ("text.js", "export const a = 1;\n"),
        ]));
        let (text, _) = &linked["text.js"];
        let (form, form_content) = &linked["form.js"];
        assert_eq!(
            *form_content,
            format!("export {{ a }} from './text.{text}.js';\n")
        );
        assert_eq!(
            linked["dialog.js"].1,
            format!(
                "import {{ a }} from './form.{form}.js';\nimport b from \"./text.{text}.js\";\n"
            )
        );
    }

    #[test]
    fn a_change_in_a_leaf_changes_every_name_above_it() {
        let with = |leaf: &str| {
            link(&modules(&[
                ("a.js", "import './b.js'"),
                ("b.js", "import './c.js'"),
                ("c.js", leaf),
            ]))
        };
        let (one, two) = (with("1"), with("2"));
        for name in ["a.js", "b.js", "c.js"] {
            assert_ne!(one[name].0, two[name].0);
        }
        assert_eq!(one, with("1"));
    }

    #[test]
    fn a_circle_keeps_a_plain_name_where_it_closes() {
        let linked = link(&modules(&[
            ("a.js", "import './b.js'"),
            ("b.js", "import './a.js'"),
        ]));
        assert_eq!(linked["b.js"].1, "import './a.js'");
        assert_eq!(
            linked["a.js"].1,
            format!("import './b.{}.js'", linked["b.js"].0)
        );
    }
}
