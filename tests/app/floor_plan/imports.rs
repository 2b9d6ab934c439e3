//! Reads Rust sources as far as needed to say which file uses which: modules, the names they define, and every path that
//! begins in our crate, in `use` lines as in expressions, types and macro calls.
//!
//! Works on tokens, so comments and strings cannot fool it. Names are followed through re-exports to the file that defines
//! them: who takes `crate::domain::Ticket` uses `domain/ticket.rs`, not the signpost in `domain/mod.rs`.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// A module's place in the crate: `["domain", "ticket"]`; the root is empty.
pub type Path = Vec<String>;

/// The modules of one crate.
pub struct Sources {
    modules: BTreeMap<Path, Module>,
    /// `macro_rules!` are called by names that belong to no module.
    macros: BTreeMap<String, Path>,
}

#[derive(Default)]
struct Module {
    file: String,
    names: BTreeSet<String>,
    imports: Vec<Import>,
}

/// One path, as written but from the crate's root.
struct Import {
    path: Path,
    line: usize,
    /// The name it gives to its target here; none for a path in an expression.
    alias: Option<String>,
    glob: bool,
}

/// One file using another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    pub from: String,
    pub line: usize,
    pub to: String,
    /// The place of the module used, such as `["web", "routes"]`.
    pub module: Path,
}

impl Sources {
    /// Reads files given as `("src/domain/ticket.rs", text)`. `main.rs` is a crate of its own, beside the library.
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut sources = Self {
            modules: BTreeMap::new(),
            macros: BTreeMap::new(),
        };
        for (file, text) in files {
            let tokens: TokenStream = text
                .parse()
                .unwrap_or_else(|error| panic!("{file}: {error}"));
            sources.module(file, place(file), &tokens.into_iter().collect::<Vec<_>>());
        }
        sources
    }

    /// Everything one file uses of others.
    pub fn edges(&self) -> BTreeSet<Edge> {
        let mut edges = BTreeSet::new();
        for (place, module) in &self.modules {
            for import in &module.imports {
                let path = self.absolute(place, &import.path);
                for target in self.targets(module, &path, import.glob) {
                    let to = &self.modules[&target].file;
                    if *to != module.file {
                        edges.insert(Edge {
                            from: module.file.clone(),
                            line: import.line,
                            to: to.clone(),
                            module: target,
                        });
                    }
                }
            }
        }
        edges
    }

    fn module(&mut self, file: &str, place: Path, tokens: &[TokenTree]) {
        let mut reading = Reading {
            sources: self,
            file,
            place: place.clone(),
            module: Module {
                file: file.to_owned(),
                ..Module::default()
            },
        };
        reading.tokens(tokens, true);
        let module = reading.module;
        self.modules.insert(place, module);
    }

    /// A path may begin with a module that lies beside it: `ticket::Ticket` in `domain/mod.rs`. Such a path was kept as
    /// written, with an empty first segment; whether that module exists is known only when all files are read.
    fn absolute(&self, place: &Path, path: &Path) -> Path {
        match path.split_first() {
            Some((first, rest)) if first.is_empty() => {
                let nearby = [place.as_slice(), rest].concat();
                let child = nearby[..=place.len()].to_vec();
                if self.modules.contains_key(&child) {
                    nearby
                } else {
                    vec![FOREIGN.to_owned()]
                }
            }
            _ => path.clone(),
        }
    }

    /// The modules that a path leads to: one, but with a glob also those whose names it brings along.
    fn targets(&self, from: &Module, path: &Path, glob: bool) -> BTreeSet<Path> {
        if is_foreign(path) {
            return BTreeSet::new();
        }
        let target = self.follow(path, 0);
        let mut targets = BTreeSet::new();
        // Tests beside the code take everything of their own file; that is no use of others.
        if glob && target == *path && self.modules[&target].file != from.file {
            for import in self.modules[&target]
                .imports
                .iter()
                .filter(|import| import.alias.is_some())
            {
                let path = self.absolute(&target, &import.path);
                if !is_foreign(&path) {
                    targets.insert(self.follow(&path, 1));
                }
            }
        }
        targets.insert(target);
        targets.retain(|target| self.modules.contains_key(target));
        targets
    }

    /// Goes down the modules, and from a name that was imported on to where it comes from.
    fn follow(&self, path: &[String], depth: usize) -> Path {
        let mut here = Path::new();
        for (index, segment) in path.iter().enumerate() {
            let below = [here.as_slice(), std::slice::from_ref(segment)].concat();
            if self.modules.contains_key(&below) {
                here = below;
                continue;
            }
            let Some(module) = self.modules.get(&here) else {
                break;
            };
            if module.names.contains(segment) || depth > 8 {
                break;
            }
            let rest = &path[index + 1..];
            return self
                .imported(&here, module, segment, rest, depth)
                .unwrap_or(here);
        }
        here
    }

    fn imported(
        &self,
        here: &Path,
        module: &Module,
        name: &str,
        rest: &[String],
        depth: usize,
    ) -> Option<Path> {
        for import in module
            .imports
            .iter()
            .filter(|import| import.alias.as_deref() == Some(name))
        {
            let path = self.absolute(here, &import.path);
            if !is_foreign(&path) {
                return Some(self.follow(&[path.as_slice(), rest].concat(), depth + 1));
            }
        }
        for import in module.imports.iter().filter(|import| import.glob) {
            let path = self.absolute(here, &import.path);
            let Some(behind) = self.modules.get(&path) else {
                continue;
            };
            let child = [path.as_slice(), &[name.to_owned()]].concat();
            if behind.names.contains(name)
                || self.modules.contains_key(&child)
                || behind
                    .imports
                    .iter()
                    .any(|import| import.alias.as_deref() == Some(name))
            {
                return Some(self.follow(&[child.as_slice(), rest].concat(), depth + 1));
            }
        }
        if here.is_empty() {
            self.macros.get(name).cloned()
        } else {
            None
        }
    }
}

/// The first segment of a path that leaves our crate.
const FOREIGN: &str = "::";

fn is_foreign(path: &[String]) -> bool {
    path.first().is_some_and(|first| first == FOREIGN)
}

/// The library's name, as `main.rs` says it.
const LIBRARY: &str = "fehlermelder";

/// `src/domain/ticket.rs` → `["domain", "ticket"]`.
pub fn place(file: &str) -> Path {
    let inside = file.trim_start_matches("src/").trim_end_matches(".rs");
    let mut place: Path = inside.split('/').map(str::to_owned).collect();
    if place.last().is_some_and(|last| last == "mod") || place == ["lib"] {
        place.pop();
    }
    place
}

/// One module while it is read.
struct Reading<'a> {
    sources: &'a mut Sources,
    file: &'a str,
    place: Path,
    module: Module,
}

impl Reading<'_> {
    /// `items`: these are the module's own items, not the inside of one of them.
    fn tokens(&mut self, tokens: &[TokenTree], items: bool) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += match token {
                TokenTree::Group(group) => {
                    self.tokens(&inside(group), false);
                    1
                }
                TokenTree::Ident(_) => self.word(tokens, at, items),
                _ => 1,
            };
        }
    }

    /// What begins at this identifier; how many tokens that took.
    fn word(&mut self, tokens: &[TokenTree], at: usize, items: bool) -> usize {
        let rest = &tokens[at..];
        let word = rest[0].to_string();
        match (word.as_str(), rest.get(1)) {
            // `pub(in crate::web)` names the own ancestors: no use of them.
            ("pub", Some(TokenTree::Group(group)))
                if group.delimiter() == Delimiter::Parenthesis =>
            {
                2
            }
            ("mod", Some(TokenTree::Ident(child))) => {
                let Some(TokenTree::Group(body)) = rest.get(2) else {
                    return 2;
                };
                let place = [self.place.as_slice(), &[child.to_string()]].concat();
                self.sources.module(self.file, place, &inside(body));
                3
            }
            // Not the `use<'a>` of a type.
            ("use", Some(next)) if !punctuation(next, '<') => {
                let end = rest
                    .iter()
                    .position(|token| punctuation(token, ';'))
                    .unwrap_or(rest.len());
                self.tree(&rest[1..end], &Path::new());
                end
            }
            ("macro_rules", Some(bang)) if punctuation(bang, '!') => {
                if let Some(name) = rest.get(2).and_then(name) {
                    self.sources.macros.insert(name, self.place.clone());
                }
                3
            }
            (
                "struct" | "enum" | "union" | "trait" | "fn" | "const" | "static" | "type",
                Some(TokenTree::Ident(name)),
            ) if items => {
                self.module.names.insert(name.to_string());
                // `const fn name`: the name is one further.
                1
            }
            _ => self.path(tokens, at),
        }
    }

    /// A path in an expression, a type, an attribute or a macro call.
    fn path(&mut self, tokens: &[TokenTree], at: usize) -> usize {
        if !separator(tokens, at + 1) || (at >= 2 && separator(tokens, at - 2)) {
            return 1;
        }
        let mut written = Path::from([name(&tokens[at]).unwrap_or_default()]);
        let mut end = at + 1;
        while separator(tokens, end)
            && let Some(segment) = tokens.get(end + 2).and_then(name)
        {
            written.push(segment);
            end += 3;
        }
        let line = tokens[at].span().start().line;
        self.import(&written, line, None, false);
        end - at
    }

    /// `use` trees: `a::b::{self, c as d, e::*}`.
    fn tree(&mut self, tokens: &[TokenTree], before: &Path) {
        let mut written = before.clone();
        let mut at = 0;
        if separator(tokens, 0) {
            if before.is_empty() {
                return; // `::serde`: another crate.
            }
            at = 2;
        }
        while let Some(token) = tokens.get(at) {
            let line = token.span().start().line;
            match token {
                TokenTree::Ident(_) => written.extend(name(token)),
                TokenTree::Group(group) => {
                    for branch in inside(group).split(|token| punctuation(token, ',')) {
                        self.tree(branch, &written);
                    }
                    return;
                }
                TokenTree::Punct(star) if star.as_char() == '*' => {
                    return self.import(&written, line, None, true);
                }
                _ => return,
            }
            if !separator(tokens, at + 1) {
                // `a::{self}` means `a`.
                if written.len() > 1 && written.last().is_some_and(|last| last == "self") {
                    written.pop();
                }
                let alias = match tokens.get(at + 1).and_then(name) {
                    Some(word) if word == "as" => tokens.get(at + 2).and_then(name),
                    _ => written.last().cloned(),
                };
                return self.import(&written, line, alias, false);
            }
            at += 3;
        }
    }

    fn import(&mut self, written: &Path, line: usize, alias: Option<String>, glob: bool) {
        let Some((first, rest)) = written.split_first() else {
            return;
        };
        let mut path = match first.as_str() {
            "crate" | LIBRARY => Path::new(),
            "self" => self.place.clone(),
            "super" => self.place[..self.place.len().saturating_sub(1)].to_vec(),
            // Perhaps a module beside this one; see `Sources::absolute`.
            _ => vec![String::new(), first.clone()],
        };
        for segment in rest {
            match segment.as_str() {
                "super" => drop(path.pop()),
                _ => path.push(segment.clone()),
            }
        }
        self.module.imports.push(Import {
            path,
            line,
            alias,
            glob,
        });
    }
}

fn inside(group: &Group) -> Vec<TokenTree> {
    group.stream().into_iter().collect()
}

/// An identifier, without the `r#` of a raw one.
fn name(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(ident) => Some(ident.to_string().trim_start_matches("r#").to_owned()),
        _ => None,
    }
}

fn punctuation(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// `::` stands here.
fn separator(tokens: &[TokenTree], at: usize) -> bool {
    matches!(tokens.get(at..at + 2), Some([one, other]) if punctuation(one, ':') && punctuation(other, ':'))
}
