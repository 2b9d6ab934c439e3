# Pages for errors. The server picks title and detail; these are the ones it may use.

error-code = Error { $status }
error-request-id = Request id: { $id }
error-home = To the start page
error-400-title = The request could not be read
error-400-detail = Please go back and try again.
error-403-title = You are not allowed to do this
error-403-detail = The form was too old, or this page is meant for other roles. Please reload the page and try again.
error-404-title = This page does not exist
error-404-detail = Perhaps the link is incomplete. It is best to copy the whole of it again.
error-405-title = This page cannot be opened like that
error-405-detail = Please go back and use the button on the page.
error-409-title = Not possible in this state
error-409-detail = The ticket has changed in the meantime. Please reload the page.
error-413-title = That was too much at once
error-413-detail = The text is longer than we can accept. Please shorten it and send it again.
error-429-title = A great many reports are coming in
error-429-detail = Please wait a moment and send it again.
error-500-title = Something went wrong on our side
error-500-detail = The fault has been recorded. Please try again in a moment.
error-503-title = Not available right now
error-503-detail = We will be back shortly. Please try again in a moment.

error-sign-in-failed = Address or password is not right.
error-sign-in-limited = Too many attempts. Please wait a few minutes.
error-field-required = Please fill this in.
error-field-too-long = { $limit } characters at most.
error-field-url = Please give a complete address with https://.
error-field-email = Please give a valid e-mail address.
error-field-consent = We cannot answer without consent. Please tick the box or leave the address out.
error-field-something = Please give the wrong words, a suggestion or a comment.
error-field-foreign-article = This address does not belong to this website.
error-field-reference = There is no such ticket.
error-field-own-reference = A ticket cannot be a duplicate of itself.
error-field-reason = Please choose a reason.
error-field-date = Please choose a day in the future.
error-form-title = Something is missing

# What is wrong with a field of a submitted report (RFC 9457 `errors`).
problem-missing = This is missing.
problem-wrong-type = Something else is expected here: { $expected }.
problem-too-long = At most { $limit } characters.
problem-too-many = At most { $limit } entries.
problem-not-in-set = This value is not one of those allowed.
problem-not-a-url = Please give a complete address with https://.
problem-not-an-email = Please give a valid e-mail address.
problem-consent-missing = We cannot answer without your consent. Please tick the box or leave the address out.
problem-bad-position = This is no position: start and end must be whole numbers from 0, the end not before the start.
problem-quote-missing = A passage needs the words that were marked.
problem-nothing-said = Please give the wrong words, a suggestion or a comment.
problem-must-be-empty = This field must stay empty.
problem-unknown-field = There is no such field.
problem-out-of-place = This goes with “{ $expected }” only.
problem-not-a-moment = A moment with its time zone is expected, such as 2026-11-23T08:00:00Z.
problem-not-in-future = This moment has passed.
problem-unknown-person = There is no such person, or they may not work on this site's tickets.
problem-foreign-address = This address is on none of the sites that the person has rights on.
problem-unknown-desk = The site has no such desk.
problem-unknown-address = The site's address book has no such address.
problem-unknown-place = A place in brackets is none that can be filled.
problem-unknown-report = The ticket has no such report.
problem-opener-stays = The report that opened the ticket stays with it.

# Problem details (RFC 9457): the `detail` of each type.
detail-not-json = The request is not valid JSON.
detail-invalid = The report is not complete like this. Please check the fields named.
detail-unknown-site = This site is not known here.
detail-foreign-origin = Reports from this page are not accepted here.
detail-too-large = This is too large: at most { $limit } bytes.
detail-unsupported-media-type = Please send application/json.
detail-key-reused = Another report was sent under this key before.
detail-bad-key = The key in the header Idempotency-Key is empty or longer than { $limit } characters.
detail-rate-limited = Very many reports are coming from your network. Please try again in { $seconds } seconds.
detail-unavailable = The report could not be stored just now. Please try again in a moment.

# Problem details of the tickets API.
detail-unauthorized = This needs a valid token in the header Authorization: Bearer fm_…
detail-insufficient-scope = This token may not do that: { $scope } is missing.
detail-read-only = The person in whose name the token acts may only read here.
detail-unknown-ticket = There is no such ticket.
detail-invalid-parameter = A part of the address cannot be understood. Please check the parameters named.
detail-invalid-change = The change is not possible like this. Please check the fields named.
detail-forbidden-step = This step is not possible from here: the ticket is in the state { $from }.
detail-stale = The ticket has changed in the meantime. Please load it again and look at the change once more.
detail-not-merged = That ticket is not merged into this one, or not any more.
detail-not-split-off = That ticket was not split off from this one, or was joined again.
parameter-unknown = There is no such parameter.
parameter-repeated = This parameter may be given only once.
parameter-not-in-set = This value is not one of those allowed.
parameter-moment = A moment (RFC 3339) or a day such as 2026-11-23 is expected.
parameter-limit = A number from 1 to { $limit } is expected.
parameter-too-long = At most { $limit } characters.
parameter-cursor = This mark does not come from an answer of this API.
unavailable-to-programs = The store does not answer just now. Please try again in a moment.
