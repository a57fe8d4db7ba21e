-- Undoes plant.sql.
update events set amount = was.amount, created_at = was.created_at, note = was.note
from planted_events was where events.id = was.id;
update embeddings set large = was.large, medium = was.medium, small = was.small
from planted_embeddings was where embeddings.id = was.id;
drop table planted_events, planted_embeddings;
