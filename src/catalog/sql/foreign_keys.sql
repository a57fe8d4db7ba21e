-- Foreign keys of tables in scope. Those a partition inherits from its root are left to the root.
select n.nspname::text as schema, c.relname::text as relation, k.conname::text as name,
       fn.nspname::text as parent_schema, f.relname::text as parent_relation,
       (select json_agg(a.attname::text order by u.position) from unnest(k.conkey) with ordinality u(attnum, position)
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum) as columns,
       (select json_agg(a.attname::text order by u.position) from unnest(k.confkey) with ordinality u(attnum, position)
        join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.attnum) as parent_columns,
       (select json_agg(format('operator(%I.%s)', opn.nspname, o.oprname) order by u.position)
        from unnest(k.conpfeqop) with ordinality u(operator, position)
        join pg_operator o on o.oid = u.operator join pg_namespace opn on opn.oid = o.oprnamespace) as operators,
       k.confmatchtype = 'f' as match_full, k.condeferrable as deferrable, k.convalidated as validated
from pg_constraint k
join pg_class c on c.oid = k.conrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_class f on f.oid = k.confrelid
join pg_namespace fn on fn.oid = f.relnamespace
where k.contype = 'f' and k.conparentid = 0 and n.nspname = any(:schemas)
order by 1, 2, 3
