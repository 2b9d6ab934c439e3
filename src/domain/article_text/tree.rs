//! Parsing within bounds, with html5ever into the tree of `dom_query`, as a browser with scripting parses.
//!
//! `dom_query`'s own parsing has scripting off and so reads the markup inside `noscript`; that changes the tree around it
//! (an `img` in the head's `noscript` ends the head). And html5ever itself is quadratic in the depth of open elements
//! and in the attributes of one tag. So the parser is driven from here: between tokenizer and tree builder stands a
//! [`Gate`] that closes when a bound is passed, and the sink ([`Tree`]) knows how deep each node lies.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::collections::{HashMap, HashSet};

use dom_query::{Document, NodeId};
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, QualName, TokenizerResult, ns};

use super::ArticleTextError;

/// Chromium's parser keeps 512 levels.
pub(super) const MAX_DEPTH: u32 = 1_000;

/// Nodes of the tree: more than two million bytes of plain markup have.
const MAX_NODES: usize = 700_000;

/// Attributes that stray `html` and `body` tags may add to theirs, all together.
const MAX_STRAY_ATTRIBUTES: usize = 1_000;

/// Characters in one tag that may part attributes: enough for a large image in a `data:` URL.
const MAX_SEPARATORS: usize = 40_000;

/// How much is parsed between two looks at the bounds.
const CHUNK: usize = 8_192;

/// Parses a whole page.
pub(super) fn parse(html: &str) -> Result<Tree, ArticleTextError> {
    parse_in_chunks(html, CHUNK)
}

fn parse_in_chunks(html: &str, size: usize) -> Result<Tree, ArticleTextError> {
    let builder = TreeBuilder::new(
        Tree::new(),
        TreeBuilderOpts {
            scripting_enabled: true,
            ..TreeBuilderOpts::default()
        },
    );
    let tokenizer = Tokenizer::new(
        Gate {
            builder,
            tokens: Cell::new(0),
        },
        TokenizerOpts::default(),
    );
    let input = BufferQueue::default();
    let mut separators = 0;
    let mut rest = html;
    while !rest.is_empty() {
        let (chunk, behind) = rest.split_at(rest.ceil_char_boundary(size));
        rest = behind;
        let tokens = tokenizer.sink.tokens.get();
        input.push_back(StrTendril::from(chunk));
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
        if tokenizer.sink.tokens.get() != tokens {
            separators = 0;
        }
        separators += chunk
            .bytes()
            .filter(|b| matches!(b, b'\t' | b'\n' | 0xC | b'\r' | b' ' | b'/' | b'"' | b'\''))
            .count();
        if separators > MAX_SEPARATORS {
            return Err(ArticleTextError::TooLarge);
        }
        if let Some(passed) = tokenizer.sink.builder.sink.passed.get() {
            return Err(passed);
        }
    }
    tokenizer.end();
    let tree = tokenizer.sink.builder.sink;
    match tree.passed.get() {
        Some(passed) => Err(passed),
        None => Ok(tree),
    }
}

/// Lets tokens through to the tree builder until a bound is passed.
struct Gate {
    builder: TreeBuilder<NodeId, Tree>,
    tokens: Cell<usize>,
}

impl TokenSink for Gate {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line_number: u64) -> TokenSinkResult<NodeId> {
        self.tokens.set(self.tokens.get() + 1);
        if self.builder.sink.passed.get().is_some() {
            return TokenSinkResult::Continue;
        }
        self.builder.process_token(token, line_number)
    }

    fn end(&self) {
        if self.builder.sink.passed.get().is_none() {
            self.builder.end();
        }
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// The tree of a page, and while it grows, how deep each node lies.
pub(super) struct Tree {
    document: Document,
    depths: RefCell<HashMap<NodeId, u32>>,
    shadow_hosts: RefCell<HashSet<NodeId>>,
    stray_attributes: Cell<usize>,
    passed: Cell<Option<ArticleTextError>>,
}

impl Tree {
    fn new() -> Self {
        Self {
            document: Document::default(),
            depths: RefCell::default(),
            shadow_hosts: RefCell::default(),
            stray_attributes: Cell::new(0),
            passed: Cell::new(None),
        }
    }

    /// The parsed document.
    pub(super) const fn document(&self) -> &Document {
        &self.document
    }

    fn depth(&self, node: NodeId) -> u32 {
        self.depths.borrow().get(&node).copied().unwrap_or(0)
    }

    fn set_depth(&self, node: NodeId, depth: u32) {
        if depth > MAX_DEPTH {
            self.passed.set(Some(ArticleTextError::TooDeep));
        }
        self.depths.borrow_mut().insert(node, depth);
    }

    fn note(&self, child: &NodeOrText<NodeId>, depth: u32) {
        if let NodeOrText::AppendNode(node) = child {
            self.set_depth(*node, depth);
        }
        if self.document.tree.len() > MAX_NODES {
            self.passed.set(Some(ArticleTextError::TooLarge));
        }
    }

    fn parent(&self, node: NodeId) -> Option<NodeId> {
        self.document
            .tree
            .query_node_or(&node, None, |node| node.parent)
    }

    /// Whether HTML lets the element have a shadow root.
    fn may_host(&self, node: NodeId) -> bool {
        self.document.tree.get_name(&node).is_some_and(|name| {
            name.ns == ns!(html)
                && (name.local.contains('-')
                    || matches!(
                        &*name.local,
                        "article"
                            | "aside"
                            | "blockquote"
                            | "body"
                            | "div"
                            | "footer"
                            | "h1"
                            | "h2"
                            | "h3"
                            | "h4"
                            | "h5"
                            | "h6"
                            | "header"
                            | "main"
                            | "nav"
                            | "p"
                            | "section"
                            | "span"
                    ))
        })
    }
}

impl TreeSink for Tree {
    type Handle = NodeId;
    type Output = Self;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        self.document.get_document()
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        self.document.elem_name(target)
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        self.document.create_element(name, attrs, flags)
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        self.document.create_comment(text)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> NodeId {
        self.document.create_pi(target, data)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.note(&child, self.depth(*parent) + 1);
        self.document.append(parent, child);
    }

    fn append_based_on_parent_node(
        &self,
        element: &NodeId,
        prev_element: &NodeId,
        child: NodeOrText<NodeId>,
    ) {
        if self.parent(*element).is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(prev_element, child);
        }
    }

    fn append_doctype_to_document(
        &self,
        name: StrTendril,
        public_id: StrTendril,
        system_id: StrTendril,
    ) {
        self.document
            .append_doctype_to_document(name, public_id, system_id);
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        let contents = self.document.get_template_contents(target);
        self.set_depth(contents, self.depth(*target) + 1);
        contents
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.document.set_quirks_mode(mode);
    }

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        self.note(&child, self.depth(*sibling));
        self.document.append_before_sibling(sibling, child);
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attrs: Vec<Attribute>) {
        let all = self.stray_attributes.get() + attrs.len();
        self.stray_attributes.set(all);
        if all > MAX_STRAY_ATTRIBUTES {
            self.passed.set(Some(ArticleTextError::TooLarge));
        } else {
            self.document.add_attrs_if_missing(target, attrs);
        }
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.document.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        self.document.reparent_children(node, new_parent);
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &NodeId) -> bool {
        self.document
            .is_mathml_annotation_xml_integration_point(handle)
    }

    /// A declarative shadow root is not in the tree: neither text nor a sibling that selectors could count.
    fn attach_declarative_shadow(&self, host: &NodeId, template: &NodeId, _: &[Attribute]) -> bool {
        let attaches = self.may_host(*host) && self.shadow_hosts.borrow_mut().insert(*host);
        if attaches {
            self.set_depth(*template, self.depth(*host) + 1);
        }
        attaches
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn outer(tree: &Tree) -> String {
        tree.document().html().to_string()
    }

    proptest! {
        /// However the input is cut into chunks, the tree is the same.
        #[test]
        fn chunks_do_not_matter(
            parts in prop::collection::vec(prop::sample::select(vec![
                "<p>", "</p>", "<table>", "<tr>", "<b>", "</b>", "&amp;", "&notin;", "&not", "\r\n", "\r", "\0", "ä",
                "<!-- x -->", "<script>a<b</script>", "<svg>", "<![CDATA[x]]>", "</svg>", "<pre>\n", "text", "<a href='x\"'>",
                "<template shadowrootmode=open>", "</template>", "<select>", "<title>", "</title>", "<!doctype html>", " ",
            ]), 0..40),
            size in 1_usize..7,
        ) {
            let html = parts.concat();
            let cut = parse_in_chunks(&html, size);
            let whole = parse_in_chunks(&html, usize::MAX / 2);
            prop_assert_eq!(outer(&cut.unwrap()), outer(&whole.unwrap()));
        }
    }
}
