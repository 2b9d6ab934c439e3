# Vieles auf einmal.

bulk-bar = Ausgewählte Fälle
bulk-choose = Fälle auswählen, um sie zusammen zu bearbeiten.
bulk-chosen-one = Ein Fall ausgewählt
bulk-chosen = { $count } Fälle ausgewählt
bulk-pick = { $reference } auswählen
bulk-all = Alle auf dieser Seite
bulk-none = Auswahl aufheben
bulk-assign = Zuweisen …
bulk-close = Erledigen …
bulk-merge = Zusammenlegen …
bulk-spam = Spam …
bulk-title-assign = { $count ->
    [one] Einen Fall zuweisen
   *[other] { $count } Fälle zuweisen
}
bulk-title-close = { $count ->
    [one] Einen Fall erledigen
   *[other] { $count } Fälle erledigen
}
bulk-title-merge = { $count ->
    [one] Einen Fall dazulegen
   *[other] { $count } Fälle dazulegen
}
bulk-title-spam = { $count ->
    [one] Ein Fall ist Spam
   *[other] { $count } Fälle sind Spam
}
bulk-do-assign = { $count ->
    [one] Fall zuweisen
   *[other] { $count } Fälle zuweisen
}
bulk-do-close = { $count ->
    [one] Fall erledigen
   *[other] { $count } Fälle erledigen
}
bulk-do-merge = { $count ->
    [one] Fall dazulegen
   *[other] { $count } Fälle dazulegen
}
bulk-do-spam = { $count ->
    [one] Als Spam erledigen
   *[other] { $count } als Spam erledigen
}
bulk-result-assign = Zuweisen
bulk-result-close = Erledigen
bulk-result-merge = Zusammenlegen
bulk-result-spam = Als Spam erledigen
bulk-nothing = Kein Fall ist ausgewählt.
bulk-too-many = Höchstens { $most } Fälle gehen auf einmal.
bulk-back = Zur Liste
bulk-able = { $count ->
    [one] Dieser Fall
   *[other] Diese { $count } Fälle
}
bulk-unable = { $count ->
    [one] Bei einem Fall geht es nicht
   *[other] Bei { $count } Fällen geht es nicht
}
bulk-reason = Warum? (nur bei „Kein Fehler“)
bulk-no-reason = –
bulk-into = Gehören alle zu Fall
bulk-into-hint = Dieser Fall bleibt. Die anderen verweisen auf ihn, ihre Leserinnen und Leser hören, was aus ihm wird.
bulk-readers-none = Niemand bekommt deswegen eine Mail.
bulk-readers = { $count ->
    [0] Niemand wartet auf eine Antwort.
    [one] Eine Person bekommt eine Mail.
   *[other] { $count } Personen bekommen eine Mail.
}
bulk-progress = { $worked } von { $total } bearbeitet
bulk-goes-on = Das geht weiter, auch wenn diese Seite geschlossen wird.
bulk-done = { $count ->
    [0] Nichts wurde geändert.
    [one] Ein Fall wurde geändert.
   *[other] { $count } Fälle wurden geändert.
}
bulk-unchanged = { $count ->
    [one] Bei einem war nichts zu ändern.
   *[other] Bei { $count } war nichts zu ändern.
}
bulk-not-done = { $count ->
    [one] Ein Fall blieb, wie er war
   *[other] { $count } Fälle blieben, wie sie waren
}
bulk-why-unchanged = ist schon so
bulk-why-stale = hat sich inzwischen geändert
bulk-why-unknown = gibt es hier nicht
bulk-why-read-only = nur Leserecht
bulk-why-forbidden = in diesem Stand nicht möglich
bulk-why-wrong-assignee = die Person hat auf dieser Website kein Schreibrecht
bulk-why-wrong-original = gehört zu einer anderen Website oder führt im Kreis
bulk-why-failed = die Datenbank hat es nicht angenommen
bulk-tag = Tag …
bulk-tag-label = Tag für alle
bulk-title-tag = { $count ->
    [one] Einem Fall einen Tag geben
   *[other] { $count } Fällen einen Tag geben
}
bulk-do-tag = { $count ->
    [one] Tag hinzufügen
   *[other] Tag bei { $count } Fällen hinzufügen
}
bulk-result-tag = Tag hinzufügen
bulk-why-too-many-tags = hat schon so viele Tags, wie ein Fall haben kann
bulk-untag = Tag entfernen …
bulk-untag-which = Welcher Tag soll weg?
bulk-title-untag = { $count ->
    [one] Einem Fall einen Tag nehmen
   *[other] { $count } Fällen einen Tag nehmen
}
bulk-do-untag = { $count ->
    [one] Tag entfernen
   *[other] Tag entfernen, wo er steht
}
bulk-result-untag = Tag entfernen
bulk-why-no-such-tag = hat keinen solchen Tag
