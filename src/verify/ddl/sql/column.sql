-- A column as CREATE TABLE and ALTER TABLE take it. "place" is its number, "table" its table's identity.
select :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(a.attname) as identity,
       json_build_object(
         'table', :id(n.nspname) || '.' || :id(c.relname), 'place', a.attnum, 'local', a.attislocal or c.relispartition,
         'type', format_type(a.atttypid, a.atttypmod)
                 || case when a.attcollation <> t.typcollation
                         then ' collate ' || (select :sql(cn.nspname) || '.' || :sql(co.collname) from pg_collation co
                                              join pg_namespace cn on cn.oid = co.collnamespace where co.oid = a.attcollation) else '' end,
         'identity', case when a.attidentity <> '' then
           'generated ' || case a.attidentity when 'a' then 'always' else 'by default' end || ' as identity'
           || coalesce((select ' (sequence name ' || :sql(sn.nspname) || '.' || :sql(s.relname) || ' start with ' || q.seqstart || ' increment by ' || q.seqincrement
                               || ' minvalue ' || q.seqmin || ' maxvalue ' || q.seqmax || ' cache ' || q.seqcache
                               || case when q.seqcycle then ' cycle' else ' no cycle' end || ')'
                        from pg_depend d join pg_class s on s.oid = d.objid join pg_namespace sn on sn.oid = s.relnamespace
                        join pg_sequence q on q.seqrelid = s.oid
                        where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid
                          and d.refobjsubid = a.attnum and d.deptype = 'i' limit 1), '') end,
         'generated', case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) end,
         'generated kind', case a.attgenerated when 'v' then 'virtual' when 's' then 'stored' end,
         'not null', case when a.attnotnull then coalesce((
           select 'constraint ' || :sql(k.conname) || ' not null' || case when k.connoinherit then ' no inherit' else '' end
           from pg_constraint k where k.conrelid = c.oid and k.contype = 'n' and k.convalidated and k.conkey = array[a.attnum]), 'not null') end,
         'not null name', (select :sql(k.conname) from pg_constraint k where k.conrelid = c.oid and k.contype = 'n' and k.conkey = array[a.attnum]),
         'not null comment', (select obj_description(k.oid, 'pg_constraint')
                              from pg_constraint k where k.conrelid = c.oid and k.contype = 'n' and k.conkey = array[a.attnum]),
         'type storage', t.typstorage::text,
         'options', (select json_agg(o.option) from unnest(a.attoptions) o(option) where o.option !~ '^pg_attver='),
         'foreign options', (select json_agg(o.option) from unnest(a.attfdwoptions) o(option))) as attributes
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
join pg_type t on t.oid = a.atttypid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'f') and n.nspname = any(:schemas)
