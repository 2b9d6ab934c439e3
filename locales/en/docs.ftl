# The description of the API, /api/docs.

docs-title = API
docs-language = The descriptions of fields are in English, like their names.
docs-document = OpenAPI 3.1 as JSON
docs-server = Server:
docs-contents = Contents
docs-address = Address
docs-scope = Needs a token with the scope
docs-parameters = Parameters
docs-in-query = in the address
docs-in-path = in the path
docs-in-header = in the head
docs-body = Body of the request
docs-answers = Answers
docs-schemas = Shapes
docs-example = Example
docs-optional = may be missing
docs-list-of = list of
docs-or-null = or null
docs-at-most = at most { $limit } characters
docs-problems = Problems
docs-problems-lead = The type of a problem is the address of its description on this page.
