# Pages for errors. The server picks title and detail; these are the ones it may use.

error-code = Fehler { $status }
error-request-id = Kennung der Anfrage: { $id }
error-home = Zur Startseite
error-400-title = Die Anfrage war nicht lesbar
error-400-detail = Bitte zurückgehen und noch einmal versuchen.
error-403-title = Hier fehlt die Berechtigung
error-403-detail = Das Formular war zu alt, oder diese Seite ist für andere Rollen gedacht. Bitte die Seite neu laden und noch einmal versuchen.
error-404-title = Diese Seite gibt es nicht
error-404-detail = Vielleicht ist der Link unvollständig. Am besten noch einmal ganz kopieren.
error-405-title = So lässt sich diese Seite nicht aufrufen
error-405-detail = Bitte zurückgehen und den Knopf auf der Seite benutzen.
error-409-title = Das geht in diesem Stand nicht
error-409-detail = Der Fall hat sich inzwischen geändert. Bitte die Seite neu laden.
error-413-title = Das war zu viel auf einmal
error-413-detail = Der Text ist länger, als wir annehmen können. Bitte kürzen und noch einmal senden.
error-429-title = Gerade kommen sehr viele Hinweise
error-429-detail = Bitte kurz warten und dann noch einmal senden.
error-500-title = Da ist bei uns etwas schiefgegangen
error-500-detail = Der Fehler ist vermerkt. Bitte in einem Moment noch einmal versuchen.
error-503-title = Zurzeit nicht erreichbar
error-503-detail = Wir sind gleich wieder da. Bitte in einem Moment noch einmal versuchen.

error-sign-in-failed = Adresse oder Passwort stimmt nicht.
error-sign-in-limited = Zu viele Versuche. Bitte ein paar Minuten warten.
error-field-required = Bitte ausfüllen.
error-field-too-long = Höchstens { $limit } Zeichen.
error-field-url = Bitte eine vollständige Adresse mit https:// angeben.
error-field-email = Bitte eine gültige E-Mail-Adresse angeben.
error-field-consent = Ohne Zustimmung können wir nicht antworten. Bitte ankreuzen oder die Adresse weglassen.
error-field-something = Bitte die falschen Wörter, einen Vorschlag oder einen Kommentar angeben.
error-field-foreign-article = Diese Adresse gehört nicht zu dieser Website.
error-field-reference = Diesen Fall gibt es nicht.
error-field-own-reference = Ein Fall kann nicht doppelt von sich selbst sein.
error-field-reason = Bitte einen Grund wählen.
error-field-date = Bitte einen Tag in der Zukunft wählen.
error-form-title = Es fehlt noch etwas

# What is wrong with a field of a submitted report (RFC 9457 `errors`).
problem-missing = Diese Angabe fehlt.
problem-wrong-type = Hier wird etwas anderes erwartet: { $expected }.
problem-too-long = Höchstens { $limit } Zeichen.
problem-too-many = Höchstens { $limit } Einträge.
problem-not-in-set = Dieser Wert ist nicht vorgesehen.
problem-not-a-url = Bitte eine vollständige Adresse mit https:// angeben.
problem-not-an-email = Bitte eine gültige E-Mail-Adresse angeben.
problem-consent-missing = Ohne Zustimmung können wir nicht antworten. Bitte ankreuzen oder die Adresse weglassen.
problem-bad-position = Die Position ist keine: Anfang und Ende müssen ganze Zahlen ab 0 sein, das Ende nicht vor dem Anfang.
problem-quote-missing = Zu einer Textstelle gehören die markierten Wörter.
problem-nothing-said = Bitte die falschen Wörter, einen Vorschlag oder einen Kommentar angeben.
problem-must-be-empty = Dieses Feld muss leer bleiben.
problem-unknown-field = Dieses Feld gibt es nicht.
problem-out-of-place = Das gehört nur zu „{ $expected }“.
problem-not-a-moment = Hier wird ein Zeitpunkt mit Zeitzone erwartet, etwa 2026-11-23T08:00:00Z.
problem-not-in-future = Dieser Zeitpunkt ist schon vorbei.
problem-unknown-person = Diese Person gibt es nicht, oder sie darf Fälle dieser Website nicht bearbeiten.
problem-foreign-address = Diese Adresse gehört zu keiner Website, auf der die Person Rechte hat.
problem-unknown-desk = Dieses Ressort gibt es auf der Website nicht.
problem-unknown-address = Diese Adresse steht nicht im Adressbuch der Website.
problem-unknown-place = Ein Platz in Klammern ist keiner, der gefüllt werden kann.
problem-unknown-report = Einen solchen Hinweis hat der Fall nicht.
problem-opener-stays = Der Hinweis, mit dem der Fall begann, bleibt bei ihm.

# Problem details (RFC 9457): the `detail` of each type.
detail-not-json = Die Anfrage ist kein gültiges JSON.
detail-invalid = Der Hinweis ist so nicht vollständig. Bitte die genannten Felder prüfen.
detail-unknown-site = Diese Website ist hier nicht bekannt.
detail-foreign-origin = Von dieser Seite aus werden hier keine Hinweise angenommen.
detail-too-large = Das ist zu groß: höchstens { $limit } Byte.
detail-unsupported-media-type = Bitte als application/json senden.
detail-key-reused = Unter diesem Schlüssel ging schon ein anderer Hinweis ein.
detail-bad-key = Der Schlüssel im Kopf Idempotency-Key ist leer oder länger als { $limit } Zeichen.
detail-rate-limited = Gerade kommen sehr viele Hinweise aus Ihrem Netz. Bitte in { $seconds } Sekunden noch einmal versuchen.
detail-unavailable = Der Hinweis konnte gerade nicht gespeichert werden. Bitte gleich noch einmal versuchen.

# Problem details of the tickets API.
detail-unauthorized = Dafür braucht es ein gültiges Token im Kopf Authorization: Bearer fm_…
detail-insufficient-scope = Dieses Token darf das nicht: es fehlt { $scope }.
detail-read-only = Die Person, in deren Namen das Token handelt, darf hier nur lesen.
detail-unknown-ticket = Diesen Fall gibt es nicht.
detail-invalid-parameter = Ein Teil der Adresse ist nicht verständlich. Bitte die genannten Parameter prüfen.
detail-invalid-change = Die Änderung ist so nicht möglich. Bitte die genannten Felder prüfen.
detail-forbidden-step = Dieser Schritt geht von hier aus nicht: der Fall ist im Zustand { $from }.
detail-stale = Der Fall hat sich inzwischen geändert. Bitte neu laden und die Änderung noch einmal ansehen.
detail-not-merged = Jener Fall ist mit diesem nicht zusammengelegt, oder nicht mehr.
detail-not-split-off = Jener Fall wurde nicht von diesem abgetrennt, oder ist wieder angeschlossen.
parameter-unknown = Diesen Parameter gibt es nicht.
parameter-repeated = Dieser Parameter darf nur einmal vorkommen.
parameter-not-in-set = Dieser Wert ist nicht vorgesehen.
parameter-moment = Erwartet wird ein Zeitpunkt (RFC 3339) oder ein Tag wie 2026-11-23.
parameter-limit = Erwartet wird eine Zahl von 1 bis { $limit }.
parameter-too-long = Höchstens { $limit } Zeichen.
parameter-cursor = Diese Marke stammt nicht aus einer Antwort dieser Schnittstelle.
unavailable-to-programs = Der Datenspeicher antwortet gerade nicht. Bitte gleich noch einmal versuchen.
