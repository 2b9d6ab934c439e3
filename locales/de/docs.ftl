# Die Beschreibung der Schnittstelle, /api/docs. Was Felder bedeuten, steht dort auf Englisch.

docs-title = Schnittstelle
docs-language = Die Beschreibungen der Felder sind englisch, wie die Namen.
docs-document = OpenAPI 3.1 als JSON
docs-server = Server:
docs-contents = Inhalt
docs-address = Adresse
docs-scope = Braucht ein Token mit dem Recht
docs-parameters = Parameter
docs-in-query = in der Adresse
docs-in-path = im Pfad
docs-in-header = im Kopf
docs-body = Inhalt der Anfrage
docs-answers = Antworten
docs-schemas = Formen
docs-example = Beispiel
docs-optional = kann fehlen
docs-list-of = Liste von
docs-or-null = oder null
docs-at-most = höchstens { $limit } Zeichen
docs-problems = Fehler
docs-problems-lead = Der Typ eines Fehlers ist die Adresse seiner Beschreibung auf dieser Seite.
