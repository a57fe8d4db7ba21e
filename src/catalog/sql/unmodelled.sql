-- What nothing here compares: counted, so that the ledger can say so.
select kind, count(*)::bigint as number, string_agg(name, ', ' order by name collate "C") as names
from (
  select 'contents of large objects' as kind, count(*)::text as name
  from pg_largeobject_metadata having count(*) > 0
  union all
  -- What a role may do beyond its grants (BYPASSRLS, memberships) belongs to the cluster.
  select 'attributes and memberships of role', :id(r.rolname) from pg_roles r where r.rolname !~ '^pg_'
  union all
  -- A table that belongs to an extension may hold the user's rows all the same.
  select 'table of an extension', :id(n.nspname) || '.' || :id(c.relname)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and n.nspname !~ '^pg_(toast|temp)'
    and exists (select 1 from pg_depend d
                where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  union all
  select 'subscription', :id(o.subname) from pg_subscription o
  where o.subdbid = (select d.oid from pg_database d where d.datname = current_database())
  union all
  select 'text search parser', :id(n.nspname) || '.' || :id(o.prsname)
  from pg_ts_parser o join pg_namespace n on n.oid = o.prsnamespace where n.nspname = any(:schemas)
    and not exists (select 1 from pg_depend d
                    where d.classid = 'pg_ts_parser'::regclass and d.objid = o.oid and d.deptype = 'e')
  union all
  select 'conversion', :id(n.nspname) || '.' || :id(o.conname)
  from pg_conversion o join pg_namespace n on n.oid = o.connamespace where n.nspname = any(:schemas)
  union all
  select 'language', :id(o.lanname) from pg_language o
  where o.oid >= 16384 and not exists (select 1 from pg_depend d
                                       where d.classid = 'pg_language'::regclass and d.objid = o.oid and d.deptype = 'e')
  union all
  select 'access method', :id(o.amname) from pg_am o
  where o.oid >= 16384 and not exists (select 1 from pg_depend d
                                       where d.classid = 'pg_am'::regclass and d.objid = o.oid and d.deptype = 'e')
) found
group by kind order by kind
