//! The link into the live article is made for the whole page: what stands around the article counts too.

use fehlermelder::domain::ticket::PassageState;

use crate::support::article_host::{Behaviour, page};
use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::watching::{AFTER, BEFORE, PATH, SECOND, Watching};

/// The article with these words, below a teaser that has the wrong ones too.
fn below_a_teaser(words: &str) -> Behaviour {
    let article = page(&[&format!("{BEFORE}{words}{AFTER}"), SECOND]);
    let html = article.replace("<nav>Start</nav>", "<nav>Streit um Standart</nav>");
    Behaviour::Page {
        html,
        etag: Some("\"1\"".into()),
    }
}

both_databases! {
    async fn a_link_leads_past_the_same_words_in_a_teaser(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.host.serves(PATH, below_a_teaser("Standart"));
        let ticket = watching.marks("Standart").suggests("Standard").sends().await.ticket;
        watching.looks().await;
        let directive = watching.sighting(ticket).await.look.directive;
        // Not the bare word: its first match would be the teaser's.
        assert!(directive.as_deref().is_some_and(|d| d.starts_with(":~:text=") && d.contains("Standart") && d != ":~:text=Standart"), "{directive:?}");

        // A ticket that comes later needs the page as well, although the page is the same.
        let later = watching.reader().marks_between("Auf der ", "Messe", " in Hannover").suggests("Mässe").sends().await.ticket;
        for _ in 0..2 {
            watching.looks_again().await;
        }
        let found = watching.sighting(later).await.look;
        assert_eq!((found.outcome, found.directive.as_deref()), (PassageState::Found, Some(":~:text=Messe")));
    }

    async fn a_link_leads_to_the_words_that_stand_there_now(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.host.serves(PATH, below_a_teaser("Standart"));
        let ticket = watching.marks("Standart").suggests("Norm").sends().await.ticket;
        watching.looks().await;
        watching.says("Entwurf");
        watching.looks_again().await;
        let look = watching.sighting(ticket).await.look;
        assert_eq!((look.outcome, look.directive.as_deref()), (PassageState::Changed, Some(":~:text=Entwurf")));
    }
}
