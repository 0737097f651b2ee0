"""How things are done in a project, learned from what worked: one leaf a kind of fact, all from sessions' attempts."""
