-- Advice: what rules said to an agent at a call or kept back on purpose, what became of the call, and which rules a
-- person does not want to hear again.

CREATE TABLE rule ( -- Every rule that was ever compiled, as it was when it was compiled last.
  id BLOB PRIMARY KEY, -- 8 bytes; shown as w- and hex; the same for the same thing whenever it is compiled
  category TEXT NOT NULL, -- kind of rule, see records.rules.RuleKind: effects are pooled by it
  lesson BLOB, -- lesson.id that it was made of; NULL: of counts of behaviour
  project TEXT NOT NULL, -- name of the project that it is about; empty: all
  words TEXT NOT NULL, -- what it says, scrubbed
  level TEXT NOT NULL, -- 'silent', 'inform', 'warn' or 'block'
  confidence REAL NOT NULL, -- 0 to 1
  n INTEGER NOT NULL, -- calls that it matches in the logs
  wrong INTEGER NOT NULL, -- of these, calls that failed or whose edit was corrected or taken back
  sessions INTEGER NOT NULL, -- sessions of these calls
  compiled_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX rule_category ON rule (category);
CREATE INDEX rule_lesson ON rule (lesson);

CREATE TABLE rule_review ( -- What a person, or a wrong refusal, decided; it outlives the rule.
  rule BLOB PRIMARY KEY, -- rule.id
  state TEXT NOT NULL, -- 'muted'; 'demoted': it refused a call wrongly; 'promoted': a person undid that
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE advice ( -- One time that a rule was given at an event, or kept back to see what happens without it.
  uid BLOB PRIMARY KEY, -- 16 bytes made from the hook's note
  rule BLOB NOT NULL, -- rule.id; its row may be gone
  category TEXT NOT NULL, -- rule.category; empty where no rule was known by that id
  session BLOB NOT NULL, -- session.uid, though its row may come later
  agent TEXT NOT NULL,
  call BLOB, -- call.uid; NULL for what is said at a prompt or a session's start
  agent_run BLOB, -- NULL in the main dialogue
  event TEXT NOT NULL, -- the agent's own word: PreToolUse ...
  level TEXT NOT NULL, -- 'inform', 'warn' or 'block'
  shown INTEGER NOT NULL, -- 1: given; 0: held back by lot
  overridden INTEGER NOT NULL, -- 1: the agent or the user said to go on all the same
  at TEXT NOT NULL,
  outcome TEXT -- of the call: 'failed', 'corrected', 'taken-back', 'fine', 'not-made'; NULL: not known yet
) STRICT, WITHOUT ROWID;
CREATE INDEX advice_session ON advice (session, at);
CREATE INDEX advice_rule ON advice (rule);
CREATE INDEX advice_call ON advice (call);
