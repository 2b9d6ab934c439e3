//! What the readers of the load send: one in five finds a new mistake, the others one that was reported before.

/// A repeatable source of numbers (xorshift).
pub struct Numbers(u64);

impl Numbers {
    pub const fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub const fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// Articles of the load.
pub const ARTICLES: u64 = 500;

const WORDS: [&str; 24] = [
    "Hersteller",
    "Prozessor",
    "Lieferung",
    "zwischen",
    "Händler",
    "günstig",
    "Ladesäule",
    "Verbraucher",
    "meldete",
    "gestern",
    "weiterhin",
    "Förderung",
    "ausschließlich",
    "größere",
    "Anbieter",
    "Quartal",
    "Prozent",
    "Angebot",
    "Umsatz",
    "Geräte",
    "Software",
    "Update",
    "später",
    "kostenlos",
];

/// The `n`-th mistake: always the same words at the same place of the same article.
fn mistake(n: u64, site: &str, key: u64) -> String {
    let mut numbers = Numbers::new(n.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mut words = |count: usize| -> String {
        (0..count)
            .map(|_| WORDS[(numbers.next() % WORDS.len() as u64) as usize])
            .collect::<Vec<_>>()
            .join(" ")
    };
    let (prefix, suffix) = (words(6), words(6));
    // From the upper bits: `n` ends in the connection's number, and every connection shall write to all articles.
    let article = (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) % ARTICLES;
    format!(
        "{{\"site\":\"{site}\",\"article\":{{\"url\":\"https://magazin.example/artikel/{article}\",\"title\":\"Artikel {article}: Händler \
         melden Lieferung\",\"sections\":[\"Hardware\"],\"lang\":\"de\"}},\"target\":{{\"source\":\"https://magazin.example/artikel/{article}\",\
         \"selector\":[{{\"type\":\"TextQuoteSelector\",\"exact\":\"Feler{n}\",\"prefix\":\"{prefix} \",\"suffix\":\" {suffix}.\"}},\
         {{\"type\":\"TextPositionSelector\",\"start\":{},\"end\":{}}}]}},\"kind\":\"spelling\",\"suggestion\":\"Fehler{n}\",\
         \"comment\":\"Leser {key} hat das bemerkt.\",\"elapsed_ms\":9000}}",
        n % 5000,
        n % 5000 + 10,
    )
}

/// One connection's reports: its own new mistakes and repeats of them.
pub struct Mix {
    numbers: Numbers,
    connection: u64,
    found: u64,
    sent: u64,
}

impl Mix {
    pub const fn new(connection: u64) -> Self {
        Self {
            numbers: Numbers::new(connection * 7919 + 13),
            connection,
            found: 0,
            sent: 0,
        }
    }

    /// The next report as a whole HTTP request.
    pub fn request(&mut self, site: &str, out: &mut Vec<u8>) {
        use std::io::Write as _;
        self.sent += 1;
        if self.sent % 5 == 1 {
            self.found += 1;
        }
        // New ones in turn, repeats of one of the last hundred of this connection.
        let back = if self.sent % 5 == 1 {
            0
        } else {
            self.numbers.next() % self.found.min(100)
        };
        let n = (self.found - back) * 1000 + self.connection;
        let body = mistake(n, site, self.sent);
        out.clear();
        write!(
            out,
            "POST /api/v1/reports HTTP/1.1\r\nHost: localhost\r\nOrigin: https://magazin.example\r\nContent-Type: application/json\r\n\
             Idempotency-Key: {}-{}\r\nContent-Length: {}\r\n\r\n{body}",
            self.connection,
            self.sent,
            body.len()
        )
        .unwrap();
    }
}
