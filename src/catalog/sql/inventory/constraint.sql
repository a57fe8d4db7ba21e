-- NOT NULL constraints (catalogued from 18 on) stand with their columns.
select :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(k.conname) as identity,
       :id(n.nspname) || '.' || :id(c.relname) as parent,
       json_build_object(
         'definition', pg_get_constraintdef(k.oid),
         'validated', k.convalidated::text,
         'deferrable', case when k.condeferrable then case when k.condeferred then 'initially deferred' else 'yes' end
                       else 'no' end,
         'no inherit', k.connoinherit::text,
         'comment', obj_description(k.oid, 'pg_constraint')) as attributes
from pg_constraint k
join pg_class c on c.oid = k.conrelid
join pg_namespace n on n.oid = c.relnamespace
where k.contype in ('p', 'u', 'f', 'c', 'x') and n.nspname = any(:schemas)
