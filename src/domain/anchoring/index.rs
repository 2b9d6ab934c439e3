//! Where each word and each sign of a text stands: seeds for places that may hold a passage.

use super::tokens::{Token, narrow, tokenise};

/// The tokens of a text, and where each occurs.
#[derive(Debug, Clone, Default)]
pub(super) struct WordIndex {
    pub(super) tokens: Vec<Token>,
    numbers: Numbers,
    /// For each word and sign by its number where its tokens begin in `order`; one more at the end.
    heads: Vec<u32>,
    /// Indices of tokens, word by word, ascending within each.
    order: Vec<u32>,
}

impl WordIndex {
    pub(super) fn new(text: &str, lines: &[u32]) -> Self {
        let mut tokens = tokenise(text, lines);
        let mut numbers = Numbers::of(tokens.len());
        // By one more than the number how often a word stands, then where the next of its tokens belongs.
        let mut heads = vec![0_u32];
        for token in &mut tokens {
            token.id = numbers.number(token.id);
            match heads.get_mut(token.id as usize + 1) {
                Some(head) => *head += 1,
                None => heads.push(1),
            }
        }
        heads.push(0);
        let mut sum = 0;
        for head in &mut heads {
            let count = *head;
            *head = sum;
            sum += count;
        }
        let mut order = vec![0; sum as usize];
        for (at, token) in tokens.iter().enumerate() {
            let next = &mut heads[token.id as usize + 1];
            order[*next as usize] = narrow(at);
            *next += 1;
        }
        Self {
            tokens,
            numbers,
            heads,
            order,
        }
    }

    /// The tokens that are this word or sign, ascending.
    pub(super) fn places(&self, id: u32) -> &[u32] {
        let at = id as usize;
        match (self.heads.get(at), self.heads.get(at + 1)) {
            (Some(&start), Some(&end)) => &self.order[start as usize..end as usize],
            _ => &[],
        }
    }

    /// The tokens of another text, words that this one has by the same numbers.
    pub(super) fn tokenise(&self, text: &str, lines: &[u32]) -> Vec<Token> {
        let mut tokens = tokenise(text, lines);
        for token in &mut tokens {
            // A stranger is called what no token of this text is.
            token.id = self.numbers.find(token.id).unwrap_or(token.id | 1 << 31);
        }
        tokens
    }

    /// The first token that ends after this byte.
    pub(super) fn token_at(&self, byte: usize) -> usize {
        self.tokens.partition_point(|t| t.end() <= byte)
    }
}

/// Words by their hashes, numbered as they come: a table with open addressing.
#[derive(Debug, Clone, Default)]
struct Numbers {
    /// Hash and number, which counts from 1; 0 where there is none.
    slots: Vec<(u32, u32)>,
    count: u32,
}

impl Numbers {
    /// Room for the different ones of so many words, as texts mostly have them (Heaps' law): it grows where they are more.
    fn of(words: usize) -> Self {
        // 1,000 words get 512 slots, 200,000 get 32,768.
        let room = 1_usize << (words.max(1).ilog2() * 3 / 4 + 3);
        Self {
            slots: vec![(0, 0); room.max(16)],
            count: 0,
        }
    }

    /// The slot that holds this hash, or where it belongs.
    #[inline]
    fn slot(&self, hash: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let (known, number) = self.slots[at];
            if number == 0 || known == hash {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    fn find(&self, hash: u32) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        self.slots[self.slot(hash)].1.checked_sub(1)
    }

    #[inline]
    fn number(&mut self, hash: u32) -> u32 {
        let mut slot = self.slot(hash);
        if let Some(number) = self.slots[slot].1.checked_sub(1) {
            return number;
        }
        if self.count as usize * 2 >= self.slots.len() {
            self.grow();
            slot = self.slot(hash);
        }
        self.count += 1;
        self.slots[slot] = (hash, self.count);
        self.count - 1
    }

    fn grow(&mut self) {
        let more = vec![(0, 0); self.slots.len() * 2];
        let known = std::mem::replace(&mut self.slots, more);
        for (hash, number) in known.into_iter().filter(|slot| slot.1 != 0) {
            let slot = self.slot(hash);
            self.slots[slot] = (hash, number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::WordIndex;

    #[test]
    fn every_word_is_found_where_it_stands() {
        let index = WordIndex::new("eins zwei, eins drei. eins", &[]);
        assert_eq!(index.places(index.tokens[0].id), [0, 3, 6]);
        assert_eq!(index.places(index.tokens[1].id), [1]);
        assert_eq!(index.places(index.tokens[2].id), [2]);
        assert!(WordIndex::new("", &[]).places(0).is_empty());
        let other = index.tokenise("drei, vier", &[]);
        assert_eq!(other[0].id, index.tokens[4].id);
        assert_eq!(other[1].id, index.tokens[2].id);
        assert!(index.places(other[2].id).is_empty());
    }

    #[test]
    fn a_text_of_many_words_keeps_them_apart() {
        let text = (0..5_000)
            .map(|i| i.to_string())
            .collect::<Vec<_>>()
            .join(" ");
        let index = WordIndex::new(&text, &[]);
        for (at, token) in (0_u32..).zip(&index.tokens) {
            assert_eq!(index.places(token.id), [at]);
        }
    }
}
