//! The mail server is tested by the client that the product sends with.

use std::time::{Duration, Instant};

use lettre::message::Message;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::{
    AsyncSmtpTransport, AsyncSmtpTransportBuilder, Error, response::Response,
};
use lettre::{AsyncTransport, Tokio1Executor};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time;

use super::{Fault, SmtpServer, Stage};

fn client(server: &SmtpServer) -> AsyncSmtpTransportBuilder {
    let address = server.address();
    AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.ip().to_string())
        .port(address.port())
}

fn mail(body: &str) -> Message {
    Message::builder()
        .from("Melder <melder@magazin.example>".parse().unwrap())
        .to("Redaktion <redaktion@magazin.example>".parse().unwrap())
        .subject("FM-1042")
        .message_id(Some("<1@magazin.example>".to_owned()))
        .body(body.to_owned())
        .unwrap()
}

async fn send(server: &SmtpServer) -> Result<Response, Error> {
    client(server).build().send(mail("Ein Satz.")).await
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_sent() {
    let server = SmtpServer::start().await;
    client(&server)
        .build()
        .send(mail("Erste Zeile\r\n.Zeile mit Punkt\r\n..\r\n.\r\nEnde"))
        .await
        .unwrap();

    let [mail] = <[_; 1]>::try_from(server.wait_for_mails(1).await).unwrap();
    assert_eq!(mail.sender, "melder@magazin.example");
    assert_eq!(mail.recipients, ["redaktion@magazin.example"]);
    assert_eq!(
        mail.header("message-id").as_deref(),
        Some("<1@magazin.example>")
    );
    assert_eq!(mail.header("Subject").as_deref(), Some("FM-1042"));
    assert!(
        mail.text()
            .ends_with("\r\n\r\nErste Zeile\r\n.Zeile mit Punkt\r\n..\r\n.\r\nEnde\r\n"),
        "{}",
        mail.text()
    );
}

#[tokio::test]
async fn connections_live_side_by_side() {
    let server = SmtpServer::start().await;
    server.plan([Fault::Delay(Stage::Data, Duration::from_millis(100))]);
    let (one, other) = tokio::join!(send(&server), send(&server));
    one.and(other).unwrap();

    let connections: Vec<_> = server
        .wait_for_mails(2)
        .await
        .iter()
        .map(|mail| mail.connection)
        .collect();
    assert!(
        connections == [1, 2] || connections == [2, 1],
        "{connections:?}"
    );
    assert_eq!(server.connections().seen, 2);
}

#[tokio::test]
async fn refusals_strike_at_their_stage_in_their_order_and_once() {
    let server = SmtpServer::start().await;
    let stages = [
        Stage::Connect,
        Stage::Hello,
        Stage::Sender,
        Stage::Recipient,
        Stage::Data,
        Stage::FinalDot,
    ];
    for stage in stages {
        server.plan([
            Fault::Reply(stage, 451, "4.3.0 Later"),
            Fault::Reply(stage, 550, "5.1.1 Never"),
        ]);
    }
    for stage in stages {
        let later = send(&server).await.unwrap_err();
        // lettre greets an EHLO refusal with HELO, which here meets the second fault.
        if stage != Stage::Hello {
            assert!(later.is_transient(), "{stage:?}: {later}");
            let never = send(&server).await.unwrap_err();
            assert!(never.is_permanent(), "{stage:?}: {never}");
        }
        server
            .desk
            .plan()
            .faults
            .retain(|fault| fault.stage() != stage);
    }
    assert!(server.mails().is_empty());
    assert_eq!(server.faults_left(), 0);

    send(&server).await.unwrap();
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test]
async fn one_recipient_can_be_refused_for_good() {
    let server = SmtpServer::start().await;
    server.refuse("Redaktion@magazin.example", 550, "5.1.1 No such user");
    for _ in 0..2 {
        assert!(send(&server).await.unwrap_err().is_permanent());
    }
}

#[tokio::test]
async fn a_cut_before_the_final_dot_takes_nothing_in() {
    let server = SmtpServer::start().await;
    server.plan([Fault::Cut(Stage::Text)]);
    let fault = send(&server).await.unwrap_err();
    assert!(!fault.is_transient() && !fault.is_permanent(), "{fault}");
    assert!(server.mails().is_empty());
}

#[tokio::test]
async fn a_cut_after_the_final_dot_has_taken_the_mail_in() {
    let server = SmtpServer::start().await;
    server.plan([Fault::Cut(Stage::FinalDot)]);
    let fault = send(&server).await.unwrap_err();
    assert!(!fault.is_transient() && !fault.is_permanent(), "{fault}");
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test]
async fn silence_answers_nothing_and_keeps_the_connection_open() {
    for stage in [Stage::Connect, Stage::FinalDot] {
        let server = SmtpServer::start().await;
        server.plan([Fault::Silence(stage)]);
        let sending = time::timeout(Duration::from_millis(200), async {
            let sending = send(&server);
            let looking = async {
                time::sleep(Duration::from_millis(100)).await;
                assert_eq!(server.connections().open, 1, "{stage:?}");
                std::future::pending::<()>().await;
            };
            tokio::select! { ended = sending => drop(ended), () = looking => {} }
        });
        assert!(sending.await.is_err(), "{stage:?}");
        assert_eq!(server.mails().len(), usize::from(stage == Stage::FinalDot));
    }
}

#[tokio::test]
async fn a_client_that_goes_is_let_go() {
    let server = SmtpServer::start().await;
    server.plan([Fault::Silence(Stage::Connect)]);
    drop(TcpStream::connect(server.address()).await.unwrap());
    let mut connections = server.desk.connections.subscribe();
    let gone = connections.wait_for(|connections| connections.seen == 1 && connections.open == 0);
    time::timeout(Duration::from_secs(5), gone)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_delay_only_delays() {
    let server = SmtpServer::start().await;
    let delay = Duration::from_millis(100);
    server.plan([Fault::Delay(Stage::Data, delay)]);
    let began = Instant::now();
    send(&server).await.unwrap();
    assert!(began.elapsed() >= delay);
}

#[tokio::test]
async fn credentials_are_asked_for_and_checked() {
    let server = SmtpServer::start_with_credentials("melder", "gehe im").await;
    for mechanism in [Mechanism::Plain, Mechanism::Login] {
        let sign_in = |password: &str| {
            let credentials = Credentials::new("melder".to_owned(), password.to_owned());
            client(&server)
                .credentials(credentials)
                .authentication(vec![mechanism])
                .build()
        };
        sign_in("gehe im").send(mail("Ein Satz.")).await.unwrap();
        assert!(
            sign_in("falsch")
                .send(mail("Ein Satz."))
                .await
                .unwrap_err()
                .is_permanent()
        );
    }
    assert!(
        send(&server).await.unwrap_err().is_permanent(),
        "without credentials"
    );

    server.plan([Fault::Reply(Stage::Credentials, 454, "4.7.0 Not now")]);
    let credentials = Credentials::new("melder".to_owned(), "gehe im".to_owned());
    assert!(
        client(&server)
            .credentials(credentials)
            .build()
            .send(mail("Ein Satz."))
            .await
            .unwrap_err()
            .is_transient()
    );

    let mails = server.mails();
    assert_eq!(mails.len(), 2);
    assert!(
        mails
            .iter()
            .all(|mail| mail.user.as_deref() == Some("melder"))
    );
}

#[tokio::test]
async fn the_url_is_what_the_product_is_configured_with() {
    let server = SmtpServer::start_with_credentials("melder", "gehe im").await;
    assert_eq!(
        server.url(),
        format!("smtp://melder:gehe%20im@{}", server.address())
    );
    let client = AsyncSmtpTransport::<Tokio1Executor>::from_url(&server.url())
        .unwrap()
        .build();
    client.send(mail("Ein Satz.")).await.unwrap();
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test]
async fn commands_may_come_all_at_once() {
    let server = SmtpServer::start().await;
    server.refuse("weg@magazin.example", 550, "5.1.1 No such user");
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream
        .write_all(
            b"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<weg@magazin.example>\r\nDATA\r\nRSET\r\nMAIL FROM:<>\r\n\
              RCPT TO:<weg@magazin.example>\r\nRCPT TO:<da@magazin.example>\r\nDATA\r\nText\r\n.\r\n\
              MAIL FROM:<b@magazin.example>\r\nRCPT TO:<c@magazin.example>\r\nDATA\r\n.\r\nQUIT\r\n",
        )
        .await
        .unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.unwrap();

    let codes: Vec<_> = answers
        .lines()
        .filter(|line| line.as_bytes()[3] == b' ')
        .map(|line| &line[..3])
        .collect();
    assert_eq!(
        codes,
        [
            "220", "250", "250", "550", "554", "250", "250", "550", "250", "354", "250", "250",
            "250", "354", "250", "221"
        ]
    );
    let [one, other] = <[_; 2]>::try_from(server.mails()).unwrap();
    assert_eq!(
        (one.sender.as_str(), one.recipients.join(",").as_str()),
        ("", "da@magazin.example")
    );
    assert_eq!(one.data, b"Text\r\n");
    assert_eq!(
        (other.sender.as_str(), other.recipients.join(",").as_str()),
        ("b@magazin.example", "c@magazin.example")
    );
    assert_eq!(other.data, b"");
}
