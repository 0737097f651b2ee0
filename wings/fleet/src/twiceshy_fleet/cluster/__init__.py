"""The same work on an existing cluster: engines with the contract of ``spread``, of which nothing else knows more."""
