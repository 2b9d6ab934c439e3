# Lists: order, priority, tags, filters.

priority-title = Priority
priority-summary = { $count ->
    [0] Priority and tags
    [one] Priority and tags ({ $count } tag)
   *[other] Priority and tags ({ $count } tags)
}
priority-reports = { $count ->
    [one] { $count } report
   *[other] { $count } reporters
}
priority-article-day = article of the day
priority-article-week = article of the week
priority-article-older = older article
priority-said-higher = Raised by an editor
priority-said-lower = Lowered by an editor
priority-higher = Higher
priority-computed = As computed
priority-lower = Lower
badge-higher = raised
badge-lower = lowered
event-prioritised = Priority as computed again
event-prioritised-higher = Priority raised
event-prioritised-lower = Priority lowered

tags-title = Tags
tags-add = Add a tag
tags-hint = Several with commas, for example cover story, legal
tags-submit = Add
tags-remove = Remove tag { $tag }
event-tagged = Tag added
event-untagged = Tag removed
error-field-tag-too-long = A tag has at most { $limit } characters.
error-field-too-many-tags = A ticket has at most { $limit } tags.

filter-passage = Passage now
filter-regressed = Mistake is back
filter-regressed-yes = only these
filter-tag = Tag
filter-period = Period
filter-period-today = today
filter-period-week = last 7 days
filter-period-month = last 30 days
filter-from = Came in from
filter-until = until, inclusive
filter-article = Only tickets of this article
inbox-order = Order
order-newest = Newest first
order-pressing = Most pressing first
inbox-shape = View
shape-rows = Rows
shape-articles = By article
inbox-newer = Newer tickets
inbox-previous = Page before
inbox-next = Next page
inbox-search-on = Search on
inbox-unfinished = This is how far was searched. Rare combinations are looked through a stretch at a time.

search-not-understood = The search does not know “{ $typed }” as a filter and looked for it as words. There are: is:regressed, is:unassigned, is:mine, kind:, state:, resolution:, passage:, site:, desk:, assignee:, tag:.
inbox-of-article = { $count ->
    [one] { $count } ticket
   *[other] { $count } tickets
}
inbox-more-of-article = { $count ->
    [one] { $count } more ticket of this article
   *[other] { $count } more tickets of this article
}

views-title = Views
views-none = No view saved yet. Filter a list and keep it under a name.
views-to-list = To the list
views-save = Save this view
views-name = Name
views-for = For whom?
views-own = only for me
views-shared-on = for everybody of { $site }
views-for-all = for everybody
views-keep = Save
views-manage = Manage views
views-change = Change
views-rename = Rename
views-delete = Delete
views-up = Up
views-down = Down
view-error-name = A view needs a name of at most 60 characters.
view-error-too-many = There are enough views already. Delete one before saving another.
