# A flood of reports.
wave-title = { $count ->
    [one] { $count } Meldung einer Welle
   *[other] { $count } Meldungen einer Welle
}
waves-list = Wellen von Meldungen
wave-text = Sie kamen kurz nacheinander aus demselben Netz. Aus welchem, weiß niemand: Gespeichert ist nur ein Zufallszeichen, und das einen Tag lang. Fälle, zu denen auch andere etwas gemeldet haben, zählen nicht dazu.
wave-close = { $count ->
    [one] Einen Fall als Spam schließen
   *[other] Alle { $count } als Spam schließen
}
wave-reopen = { $count ->
    [one] Rückgängig: einen Fall wieder öffnen
   *[other] Rückgängig: { $count } wieder öffnen
}
wave-closed = { $count ->
    [one] Ein Fall ist als Spam geschlossen.
   *[other] { $count } Fälle sind als Spam geschlossen.
}
wave-reopened = { $count ->
    [one] Ein Fall ist wieder offen.
   *[other] { $count } Fälle sind wieder offen.
}
wave-back = Zum Eingang
