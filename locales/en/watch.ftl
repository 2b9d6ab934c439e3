# The article watch: what the article says now, its versions, how it is read.

watch-changed = Probably corrected
watch-changed-text = What stood before and after it still stands. The words between are others now.
watch-fits = It now says exactly what was suggested.
watch-forgotten = What stands there now was forgotten with the versions of the article.
watch-before = Before
watch-now = In the article now
watch-to-suggestion = To the suggestion
watch-seen = First seen
watch-sent = The content system sent this text. It has not been seen on the page itself yet.
watch-confirm = Close as corrected
watch-confirm-key = Ctrl + Enter
watch-obsolete = Close as text removed
watch-gone = No longer in the text
watch-gone-text = Neither the words nor what stood around them is in the article any more.
watch-deleted = Struck
watch-deleted-text = The words were struck. What stood before and after them now stands side by side.
watch-ambiguous = In several places
watch-ambiguous-text = The words fit equally well in several places. Which one is meant is not guessed.
watch-unknown = Not checked
watch-unknown-waiting = The article has not been read yet.
watch-unknown-unreadable = The article could not be read so far.
watch-unknown-never-seen = No version that was read held the reported words. The text may be behind a paywall or a consent, or the report came from another edition.
watch-unknown-over = Closed tickets are watched for 90 days. These are over.
watch-by-itself = Closed by the system because the new words are those that were suggested.
watch-visible = The correction can be seen in the article.
watch-missing = Correction not to be seen
watch-missing-text = The ticket was closed as corrected, but a day later the old words still stand in the article. Does a cache show the old page, or was the correction never published?
badge-changed = Probably corrected
badge-gone = No longer in the text
event-sighted-found = The words stand in the article
event-sighted-changed = The words in the article were changed
event-sighted-ambiguous = The words stand in the article several times
event-sighted-gone = The words are no longer in the article
event-sighted-unknown = The passage could not be checked
event-correction-missing = The correction cannot be seen after a day
event-regressed = Reopened, the mistake is back
event-closed-by-watch = Closed by the system, the new words are those that were suggested

fetch-title = Look at the article
fetch-last = Last read
fetch-never = never
fetch-next = Next look
fetch-soon = in a moment
fetch-unplanned = none planned
fetch-failed = Could not be read
fetch-failures = { $count ->
    [one] one try
   *[other] { $count } tries in a row
}
fetch-retry = Next try
fetch-look = Look now
fetch-looked-new = Looked: the article has a new version.
fetch-looked-same = Looked: the article still says the same.
fetch-looked-failed = Looked, but the article could not be read.
fetch-looked-later = The article is being read already, or its server asks for patience. It will be looked at again by itself.
fetch-error-foreign-host = The address belongs to none of the site’s own servers.
fetch-error-not-public = The name leads to no public address.
fetch-error-unreachable = The server cannot be reached.
fetch-error-timed-out = The server did not answer in time.
fetch-error-redirected-away = The page leads to another server.
fetch-error-too-many-redirects = The page leads on and on.
fetch-error-not-found = There is nothing at the address (404).
fetch-error-removed = The article was removed (410).
fetch-error-refused = The server does not let us read.
fetch-error-overloaded = The server is overloaded and asks for patience.
fetch-error-server-error = The server reports an error.
fetch-error-not-html = There is no HTML page at the address.
fetch-error-too-large = The page is larger than 2 MiB.
fetch-error-no-text = There is no text on the page where the article should be.
fetch-error-disk-full = The disk is nearly full; reports go first.

also-title = { $count ->
    [one] Also in another article
   *[other] Also in { $count } articles
}
also-text = The same words stand here too:
also-open = { $count ->
    [one] Open a ticket there
   *[other] Open tickets there
}
also-known = { $reference } is there already
also-places = { $count ->
    [one] in one place
   *[other] in { $count } places
}
also-opened = The tickets are open.
also-not-there = In one of the articles the words no longer stand. Nothing was opened.

article-label = Article
article-page = Text, versions and tickets
article-text-title = The text now
article-text-none = The text of this article is not known.
article-text-hint = The passages of open tickets are marked. A click leads to the ticket.
article-text-gap = { $count ->
    [one] one paragraph without a ticket
   *[other] { $count } paragraphs without a ticket
}
article-text-all = Show the whole text
article-tickets-title = Tickets of this article
article-tickets-none = There is no ticket of this article.
article-tickets-older = Older tickets
pin-changed = probably corrected
pin-gone = struck here

versions-title = Versions
versions-none = No version is stored yet.
versions-lead = Every text is stored once. The newest is on top, with the differences from the version before.
version-current = Stands like this now
version-oldest = Oldest known version
version-last-seen = last seen
version-source-fetched = read from the page
version-source-sent = sent by the content system
version-more = { $count ->
    [one] and one more change
   *[other] and { $count } more changes
}
version-cut = The change is longer; its beginning is shown.
version-same-words = Only white space is different.
versions-older = Older versions
versions-newest = Back to the newest
versions-paging = Pages of versions
versions-forget = Forget versions
forget-title = Forget the versions?
forget-text = { $count ->
    [one] The stored version of “{ $title }” is deleted, and so is what tickets show as the new words.
   *[other] All { $count } stored versions of “{ $title }” are deleted, and so is what tickets show as the new words.
}
forget-lost = What the article used to say is lost: differences can no longer be shown, and whether a mistake is back can no longer be told.
forget-kept = Tickets, reports and history stay. What readers quoted stays too.
forget-final = This cannot be undone.
forget-submit = Yes, forget the versions
forget-back = No, back
forget-done = The versions are forgotten.

# On the reader's page.
reader-changed-open = The article now has other words in this place. The newsroom still has to look at it.
reader-gone-open = The words are no longer in the article. The newsroom still has to look at it.
reader-changed-closed = The words in the article were changed.
reader-gone-closed = The words are no longer in the article.
reader-regressed = The passage had been corrected, and now the old words are back. The newsroom is on it again.
reader-now = In the article now
reader-seen = Seen changed

components-sightings = What the article says now
