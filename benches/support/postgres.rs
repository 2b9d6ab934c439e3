//! A database of its own for each thing that is measured.

use fehlermelder::domain::clock::{Clock as _, Entropy as _, SystemClock, SystemEntropy};
use sea_orm::{ConnectionTrait as _, Database};

/// Makes a new database on that server; its URL.
pub fn fresh(url: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let name = format!("bench_{}", SystemEntropy.uuid(SystemClock.now()).simple());
        let admin = Database::connect(url).await.unwrap();
        admin
            .execute_unprepared(&format!("CREATE DATABASE {name}"))
            .await
            .unwrap();
        let mut fresh = url::Url::parse(url).unwrap();
        fresh.set_path(&name);
        fresh.into()
    })
}
