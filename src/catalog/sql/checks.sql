-- Check constraints of relations, with the columns they look at.
select n.nspname::text as schema, c.relname::text as relation, k.conname::text as name,
       pg_get_expr(k.conbin, k.conrelid) as expression,
       (select json_agg(a.attname::text order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum = any(k.conkey)) as columns
from pg_constraint k
join pg_class c on c.oid = k.conrelid
join pg_namespace n on n.oid = c.relnamespace
where k.contype = 'c' and coalesce(to_jsonb(k) ->> 'conenforced', 'true') <> 'false' and n.nspname = any(:schemas)
order by 1, 2, 3
