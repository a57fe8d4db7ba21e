-- Those of the files that are others now.
select coalesce(c.oid::regclass::text, 'a table that is no more') from (values :files) known(oid, file)
left join pg_class c on c.oid = known.oid
where c.relfilenode is distinct from known.file
