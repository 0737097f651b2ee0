"""The nouns: frozen records that flow one way, from a log to advice. They import nothing of ours."""
