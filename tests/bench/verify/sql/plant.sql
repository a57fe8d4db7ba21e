-- Three rows of each table other than they were; what they were is kept for heal.sql. Among them are a value turned NULL and one
-- element of each vector column.
create table planted_events as select * from events where id in (:events / 8, :events / 2 + 1, :events - 1);
create table planted_embeddings as
select * from embeddings where id in (md5('embedding 7')::uuid, md5('embedding 70')::uuid, md5('embedding 170')::uuid);

update events set amount = amount + 0.01 where id = :events / 8;
update events set created_at = created_at + interval '1 microsecond' where id = :events / 2 + 1;
update events set note = null where id = :events - 1;
update embeddings set large = (subvector(large, 1, 3071) || '[0.125]'::vector)::vector(3072) where id = md5('embedding 7')::uuid;
update embeddings set medium = ('[0.125]'::vector || subvector(medium, 2, 1535))::vector(1536) where id = md5('embedding 70')::uuid;
update embeddings set small = ('[0.125]'::vector || subvector(small, 2, 1023))::vector(1024) where id = md5('embedding 170')::uuid;
