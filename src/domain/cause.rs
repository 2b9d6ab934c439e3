//! How an error of fact came about: asked once, of whoever corrected it, and told in the statistics.

closed_set! {
    /// How an error of fact came about.
    Cause {
        /// Die Quelle war falsch.
        Source = "source",
        /// Aus einer Agentur- oder Pressemeldung übernommen.
        Agency = "agency",
        /// Zahl, Name oder Datum falsch abgeschrieben.
        Transcription = "transcription",
        /// Verrechnet, oder die Einheit verwechselt.
        Calculation = "calculation",
        /// Missverstanden.
        Misunderstanding = "misunderstanding",
        /// Falsch übersetzt.
        Translation = "translation",
        /// Beim Redigieren oder Kürzen entstanden.
        Editing = "editing",
        /// Von den Ereignissen überholt.
        Outdated = "outdated",
        /// Etwas anderes.
        Other = "other",
    }
}

impl Cause {
    /// The number that stands for it in the statistics; never to be changed.
    #[must_use]
    pub const fn place(self) -> i32 {
        match self {
            Self::Source => 0,
            Self::Agency => 1,
            Self::Transcription => 2,
            Self::Calculation => 3,
            Self::Misunderstanding => 4,
            Self::Translation => 5,
            Self::Editing => 6,
            Self::Outdated => 7,
            Self::Other => 8,
        }
    }

    /// The cause of a number.
    #[must_use]
    pub fn at(place: i32) -> Option<Self> {
        Self::ALL.iter().copied().find(|c| c.place() == place)
    }
}

#[cfg(test)]
mod tests {
    use super::Cause;

    #[test]
    fn each_cause_has_a_place_of_its_own() {
        for cause in Cause::ALL {
            assert_eq!(Cause::at(cause.place()), Some(*cause));
        }
        assert_eq!(Cause::at(99), None);
    }
}
