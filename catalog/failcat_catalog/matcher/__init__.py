"""The matcher: an observation becomes a set of facts, and an index of facts finds the rules that may hold.

A fact is a short text such as `code:rate_limit_exceeded`, `type:openai.RateLimitError`, `status:429`, or `text:` with a
pattern that matched. A condition is a list of fact sets; the observation must have a fact of each.
"""
