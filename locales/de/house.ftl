# House words: on the desk and to readers.
house-rules-title = Hauswörter
house-rules-text = Was bei { $site } so geschrieben wird und kein Fehler ist. Wer eines davon markiert, liest den Grund, bevor der Hinweis abgeht, und kann ihn trotzdem senden.
house-rules-none = Noch keine.
house-rules-add-title = Hauswort hinzufügen
house-rules-words = Wort oder Wendung
house-rules-words-hint = So, wie es im Artikel steht. Groß- und Kleinschreibung sind gleich.
house-rules-reason = Was die Leserschaft dazu liest
house-rules-reason-hint = Ein Satz, z. B. „So schreibt es die Redaktion; beides ist richtig.“
house-rules-add = Hinzufügen
house-rules-remove = Entfernen
house-rules-words-length = Zwischen 1 und { $limit } Zeichen.
house-rules-reason-length = Ein Grund mit höchstens { $limit } Zeichen gehört dazu.
house-rules-too-many = Mehr als { $limit } Hauswörter kann eine Website nicht haben.
house-word-title = Als Hauswort merken?
house-word-text = Wer künftig „{ $words }“ markiert, liest diesen Grund, bevor der Hinweis abgeht.
house-word-known = „{ $words }“ ist ein Hauswort.
house-word-reason = So schreibt es die Redaktion.
house-word-add = Als Hauswort merken
report-insisted = trotz Hinweis auf die Hausregel gesendet

known-title = Das ist kein Versehen
known-judged-house-style = Diese Stelle wurde schon gemeldet: So schreibt es die Redaktion.
known-judged-matter-of-opinion = Diese Stelle wurde schon gemeldet: Die Redaktion sieht es anders.
known-judged-verbatim-quotation = Diese Stelle wurde schon gemeldet: Es ist ein wörtliches Zitat.
known-judged-correct-as-it-is = Diese Stelle wurde schon gemeldet und geprüft: Sie ist richtig.
known-insist = Trotzdem senden
known-insist-text = Wenn es dennoch ein Fehler ist, kann der Hinweis gesendet werden.
