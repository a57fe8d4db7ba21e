-- Objects of kinds that nothing here compares: counted, so that the ledger can say so.
select kind, count(*)::bigint as number, string_agg(name, ', ' order by name) as names
from (
  select 'collation' as kind, :id(n.nspname) || '.' || :id(o.collname) as name, o.oid, 'pg_collation'::regclass as class
  from pg_collation o join pg_namespace n on n.oid = o.collnamespace where n.nspname = any(:schemas)
  union all
  select 'operator', :id(n.nspname) || '.' || o.oprname, o.oid, 'pg_operator'::regclass
  from pg_operator o join pg_namespace n on n.oid = o.oprnamespace where n.nspname = any(:schemas)
  union all
  select 'operator class', :id(n.nspname) || '.' || :id(o.opcname), o.oid, 'pg_opclass'::regclass
  from pg_opclass o join pg_namespace n on n.oid = o.opcnamespace where n.nspname = any(:schemas)
  union all
  select 'text search configuration', :id(n.nspname) || '.' || :id(o.cfgname), o.oid, 'pg_ts_config'::regclass
  from pg_ts_config o join pg_namespace n on n.oid = o.cfgnamespace where n.nspname = any(:schemas)
  union all
  select 'statistics object', :id(n.nspname) || '.' || :id(o.stxname), o.oid, 'pg_statistic_ext'::regclass
  from pg_statistic_ext o join pg_namespace n on n.oid = o.stxnamespace where n.nspname = any(:schemas)
  union all
  select 'cast', format_type(o.castsource, null) || ' as ' || format_type(o.casttarget, null), o.oid, 'pg_cast'::regclass
  from pg_cast o where o.oid >= 16384
  union all
  select 'event trigger', :id(o.evtname), o.oid, 'pg_event_trigger'::regclass from pg_event_trigger o
  union all
  select 'foreign server', :id(o.srvname), o.oid, 'pg_foreign_server'::regclass from pg_foreign_server o
  union all
  select 'publication', :id(o.pubname), o.oid, 'pg_publication'::regclass from pg_publication o
  union all
  select 'large object', o.oid::text, o.oid, 'pg_largeobject_metadata'::regclass from pg_largeobject_metadata o
) found
where not exists (select 1 from pg_depend d where d.classid = found.class and d.objid = found.oid and d.deptype = 'e')
group by kind order by kind
