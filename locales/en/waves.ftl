# A flood of reports.
wave-title = { $count ->
    [one] { $count } report of one wave
   *[other] { $count } reports of one wave
}
waves-list = Waves of reports
wave-text = They came shortly after one another from the same network. Nobody knows which: all that is stored is a random mark, for one day. Tickets that others reported too are not counted.
wave-close = { $count ->
    [one] Close one ticket as spam
   *[other] Close all { $count } as spam
}
wave-reopen = { $count ->
    [one] Undo: reopen one ticket
   *[other] Undo: reopen { $count }
}
wave-closed = { $count ->
    [one] One ticket is closed as spam.
   *[other] { $count } tickets are closed as spam.
}
wave-reopened = { $count ->
    [one] One ticket is open again.
   *[other] { $count } tickets are open again.
}
wave-back = To the inbox
