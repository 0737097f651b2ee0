-- Which process an agent was when a session or a turn began.

ALTER TABLE exposure ADD COLUMN owner TEXT; -- process id, its start in kernel ticks, a key of the machine's start
