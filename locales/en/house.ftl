# House words: on the desk and to readers.
house-rules-title = House words
house-rules-text = What { $site } writes this way and is no error. Whoever marks one of them reads the reason before the report is sent, and may send it all the same.
house-rules-none = None yet.
house-rules-add-title = Add a house word
house-rules-words = Word or phrase
house-rules-words-hint = As it stands in the article. Upper and lower case are the same.
house-rules-reason = What readers are told
house-rules-reason-hint = One sentence, such as “Our house style; both are correct.”
house-rules-add = Add
house-rules-remove = Remove
house-rules-words-length = Between 1 and { $limit } characters.
house-rules-reason-length = A reason of at most { $limit } characters goes with it.
house-rules-too-many = A site cannot have more than { $limit } house words.
house-word-title = Remember as a house word?
house-word-text = Whoever marks “{ $words }” from now on reads this reason before the report is sent.
house-word-known = “{ $words }” is a house word.
house-word-reason = That is our house style.
house-word-add = Remember as a house word
report-insisted = sent despite the house rule

known-title = This is no oversight
known-judged-house-style = This passage was reported before: it is our house style.
known-judged-matter-of-opinion = This passage was reported before: the editors see it differently.
known-judged-verbatim-quotation = This passage was reported before: it is a verbatim quotation.
known-judged-correct-as-it-is = This passage was reported and checked before: it is correct.
known-insist = Send all the same
known-insist-text = If it is an error nevertheless, the report can be sent.
