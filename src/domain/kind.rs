//! What sort of mistake it is, and where it is when it is not in the running text.

closed_set! {
    /// The kind of a mistake. A reader picks one of three ways in ([`KindClass`]), the editor refines.
    Kind {
        /// Tippfehler/Rechtschreibung
        Spelling = "spelling",
        /// Grammatik
        Grammar = "grammar",
        /// Sachfehler
        Fact = "fact",
        /// Veraltet
        Outdated = "outdated",
        /// Link defekt
        Link = "link",
        /// Bild/Bildnachweis
        Image = "image",
        /// Darstellung/Technik
        Display = "display",
        /// Sonstiges
        Other = "other",
    }
}

closed_set! {
    /// The three doors of a reader. Reports of different classes never join one ticket by themselves.
    KindClass {
        /// Sprache
        Language = "language",
        /// Inhalt
        Content = "content",
        /// Technik
        Technical = "technical",
    }
}

impl Kind {
    /// Which of the reader's three doors the kind belongs to.
    #[must_use]
    pub const fn class(self) -> KindClass {
        match self {
            Self::Spelling | Self::Grammar => KindClass::Language,
            Self::Fact | Self::Outdated | Self::Other => KindClass::Content,
            Self::Link | Self::Image | Self::Display => KindClass::Technical,
        }
    }
}

closed_set! {
    /// Where the mistake is when it is not in the running text.
    Part {
        /// The headline.
        Headline = "headline",
        /// The teaser below it.
        Teaser = "teaser",
        /// A picture or its credit.
        Image = "image",
        /// A table.
        Table = "table",
        /// An embedded post or player.
        Embed = "embed",
        /// Newsletter, front page, anywhere else.
        Elsewhere = "elsewhere",
    }
}
