-- What nothing here compares: counted, so that the ledger can say so.
select kind, count(*)::bigint as number, string_agg(name, ', ' order by name collate "C") as names
from (
  -- Tables of an extension in a schema of its own.
  select 'table of an extension' as kind, :id(n.nspname) || '.' || :id(c.relname) as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and n.nspname !~ '^pg_(toast|temp)' and n.nspname <> all(:schemas)
    and exists (select 1 from pg_depend d
                where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  union all
  -- Of the whole server.
  select 'tablespace', :id(s.spcname) from pg_tablespace s where s.oid >= 16384
  union all
  -- How far a replication has come; those of subscriptions are named by the server itself.
  select 'replication origin', :id(o.roname) from pg_replication_origin o where o.roname !~ '^pg_[0-9]+$'
  union all
  select 'security label of the server', l.objtype || ' ' || l.objname || ' by ' || :id(l.provider)
  from pg_seclabels l where l.objtype in ('role', 'database', 'tablespace')
) found
group by kind order by kind
