//! Sites, desks and people are kept in memory, and are never old.

use std::sync::Arc;

use fehlermelder::storage::{editors, sites};

use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;

both_databases! {
    async fn what_another_instance_changes_counts_at_once(newsroom: TestNewsroom) {
        let (here, there) = (&newsroom.services.store, newsroom.second_instance().await.0.store);
        let before = here.newsroom().await.unwrap();
        assert!(Arc::ptr_eq(&before, &here.newsroom().await.unwrap()), "nothing changed");

        let mut site = (*newsroom.site).clone();
        "Anders genannt".clone_into(&mut site.name);
        let transaction = there.begin().await.unwrap();
        sites::save(&transaction, &site).await.unwrap();
        transaction.commit().await.unwrap();
        let named = here.newsroom().await.unwrap();
        assert!(named.sites.iter().any(|s| s.name == "Anders genannt"));

        let mut editor = newsroom.editor.clone();
        editor.active = false;
        let transaction = there.begin().await.unwrap();
        editors::save(&transaction, &editor).await.unwrap();
        transaction.commit().await.unwrap();
        assert!(!here.newsroom().await.unwrap().editor(editor.id).unwrap().active);
    }

    async fn what_is_rolled_back_does_not_count(newsroom: TestNewsroom) {
        let store = &newsroom.services.store;
        let before = store.newsroom().await.unwrap();
        let mut site = (*newsroom.site).clone();
        "Anders genannt".clone_into(&mut site.name);
        let transaction = store.begin().await.unwrap();
        sites::save(&transaction, &site).await.unwrap();
        transaction.rollback().await.unwrap();
        assert!(Arc::ptr_eq(&before, &store.newsroom().await.unwrap()));
    }

    async fn a_page_sees_one_newsroom(newsroom: TestNewsroom) {
        let store = &newsroom.services.store;
        let page = store.at_one_moment();
        let before = page.newsroom().await.unwrap();
        let mut site = (*newsroom.site).clone();
        "Anders genannt".clone_into(&mut site.name);
        let transaction = store.begin().await.unwrap();
        sites::save(&transaction, &site).await.unwrap();
        transaction.commit().await.unwrap();
        assert!(Arc::ptr_eq(&before, &page.newsroom().await.unwrap()), "until it is made");
        assert!(!Arc::ptr_eq(&before, &store.newsroom().await.unwrap()), "the next one sees the other");
    }
}
