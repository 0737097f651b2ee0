-- Feedback on what a limit ended stays with the numbers that limits are learned from. Agents' runs have a place too from
-- here on: the next learning folds them anew.

ALTER TABLE run_history ADD COLUMN healthy INTEGER; -- feedback on a run that a limit ended: 1 it should have gone on, 0 it hung; NULL: nothing said

UPDATE run_history SET healthy = 1 WHERE uid IN
  (SELECT execution_id FROM executions WHERE false_positive_flag = 1 AND exit_reason LIKE 'timeout%');
