-- Which object needs which, both as the inventories name them. A column's default stands apart from its column, since it
-- can be taken away and set again. Types of rows and of arrays stand for what they are made of.
with things as (
  select 'pg_class'::regclass as class, c.oid, 0 as part,
         case when c.relkind in ('r', 'p', 'f') then 'table' when c.relkind in ('v', 'm') then 'view'
              when c.relkind = 'S' then 'sequence' when c.relkind in ('i', 'I') then 'index' else 'type' end as kind,
         :id(n.nspname) || '.' || :id(c.relname) as identity
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = any(:schemas)
  union all
  select 'pg_class'::regclass, c.oid, a.attnum,
         case when c.relkind in ('r', 'p', 'f') then 'column' when c.relkind in ('v', 'm') then 'view' else 'type' end,
         :id(n.nspname) || '.' || :id(c.relname)
           || case when c.relkind in ('r', 'p', 'f') then '.' || :id(a.attname) else '' end
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'f', 'v', 'm', 'c') and n.nspname = any(:schemas)
  union all
  select 'pg_proc'::regclass, p.oid, 0, 'function',
         :id(n.nspname) || '.' || :id(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')'
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname = any(:schemas)
    and not exists (select from pg_depend i where i.classid = 'pg_proc'::regclass and i.objid = p.oid and i.deptype = 'i')
  union all
  -- The functions that come with a range type stand for it.
  select 'pg_proc'::regclass, i.objid, 0, 'type', :id(n.nspname) || '.' || :id(t.typname)
  from pg_depend i
  join pg_range r on i.refobjid in (r.rngtypid, r.rngmultitypid)
  join pg_type t on t.oid = r.rngtypid join pg_namespace n on n.oid = t.typnamespace
  where i.classid = 'pg_proc'::regclass and i.refclassid = 'pg_type'::regclass and i.deptype = 'i' and n.nspname = any(:schemas)
  union all
  select 'pg_type'::regclass, t.oid, 0,
         case when c.relkind in ('r', 'p', 'f') then 'table' when c.relkind in ('v', 'm') then 'view' else 'type' end,
         :id(n.nspname) || '.' || :id(b.typname)
  from pg_type t
  join pg_type e on e.oid = case when t.typcategory = 'A' and t.typelem <> 0 then t.typelem else t.oid end
  join pg_type b on b.oid = case when e.typtype = 'm' then (select r.rngtypid from pg_range r where r.rngmultitypid = e.oid) else e.oid end
  join pg_namespace n on n.oid = b.typnamespace left join pg_class c on c.oid = b.typrelid
  where n.nspname = any(:schemas)
  union all
  select 'pg_constraint'::regclass, k.oid, 0, case when k.conrelid <> 0 then 'constraint' else 'type' end,
         case when k.conrelid <> 0 then :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(k.conname)
              else :id(tn.nspname) || '.' || :id(t.typname) end
  from pg_constraint k
  left join (pg_class c join pg_namespace n on n.oid = c.relnamespace) on c.oid = k.conrelid
  left join (pg_type t join pg_namespace tn on tn.oid = t.typnamespace) on t.oid = k.contypid
  where k.contype in ('p', 'u', 'f', 'c', 'x') and coalesce(n.nspname, tn.nspname) = any(:schemas)
  union all
  select 'pg_attrdef'::regclass, d.oid, 0, case when c.relkind = 'v' then 'view' when a.attgenerated <> '' then 'generated' else 'default' end,
         :id(n.nspname) || '.' || :id(c.relname) || case when c.relkind = 'v' then '' else '.' || :id(a.attname) end
  from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
  join pg_class c on c.oid = d.adrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname = any(:schemas)
  union all
  select 'pg_rewrite'::regclass, r.oid, 0, case when r.rulename = '_RETURN' then 'view' else 'rule' end,
         :id(n.nspname) || '.' || :id(c.relname) || case when r.rulename = '_RETURN' then '' else '.' || :id(r.rulename) end
  from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace where n.nspname = any(:schemas)
  union all
  select 'pg_trigger'::regclass, t.oid, 0, 'trigger', :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(t.tgname)
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
  where not t.tgisinternal and n.nspname = any(:schemas)
  union all
  select 'pg_policy'::regclass, p.oid, 0, 'policy', :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(p.polname)
  from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname = any(:schemas)
  union all
  select 'pg_operator'::regclass, o.oid, 0, 'operator',
         :id(n.nspname) || '.' || o.oprname || '(' || concat_ws(', ', format_type(nullif(o.oprleft, 0), null),
                                                            format_type(nullif(o.oprright, 0), null)) || ')'
  from pg_operator o join pg_namespace n on n.oid = o.oprnamespace where n.nspname = any(:schemas)
  union all
  select 'pg_opclass'::regclass, o.oid, 0, 'operator class', :id(n.nspname) || '.' || :id(o.opcname) || ' for ' || m.amname
  from pg_opclass o join pg_namespace n on n.oid = o.opcnamespace join pg_am m on m.oid = o.opcmethod where n.nspname = any(:schemas)
  union all
  select 'pg_opfamily'::regclass, o.oid, 0, 'operator family', :id(n.nspname) || '.' || :id(o.opfname) || ' for ' || m.amname
  from pg_opfamily o join pg_namespace n on n.oid = o.opfnamespace join pg_am m on m.oid = o.opfmethod where n.nspname = any(:schemas)
  union all
  select 'pg_collation'::regclass, o.oid, 0, 'collation', :id(n.nspname) || '.' || :id(o.collname)
  from pg_collation o join pg_namespace n on n.oid = o.collnamespace where n.nspname = any(:schemas)
  union all
  select 'pg_conversion'::regclass, o.oid, 0, 'conversion', :id(n.nspname) || '.' || :id(o.conname)
  from pg_conversion o join pg_namespace n on n.oid = o.connamespace where n.nspname = any(:schemas)
  union all
  select 'pg_ts_dict'::regclass, o.oid, 0, 'text search dictionary', :id(n.nspname) || '.' || :id(o.dictname)
  from pg_ts_dict o join pg_namespace n on n.oid = o.dictnamespace where n.nspname = any(:schemas)
  union all
  select 'pg_ts_config'::regclass, o.oid, 0, 'text search configuration', :id(n.nspname) || '.' || :id(o.cfgname)
  from pg_ts_config o join pg_namespace n on n.oid = o.cfgnamespace where n.nspname = any(:schemas)
  union all
  select 'pg_ts_parser'::regclass, o.oid, 0, 'text search parser', :id(n.nspname) || '.' || :id(o.prsname)
  from pg_ts_parser o join pg_namespace n on n.oid = o.prsnamespace where n.nspname = any(:schemas)
  union all
  select 'pg_ts_template'::regclass, o.oid, 0, 'text search template', :id(n.nspname) || '.' || :id(o.tmplname)
  from pg_ts_template o join pg_namespace n on n.oid = o.tmplnamespace where n.nspname = any(:schemas)
  union all
  select 'pg_statistic_ext'::regclass, o.oid, 0, 'statistics object', :id(n.nspname) || '.' || :id(o.stxname)
  from pg_statistic_ext o join pg_namespace n on n.oid = o.stxnamespace where n.nspname = any(:schemas)
  union all
  select 'pg_publication_rel'::regclass, r.oid, 0, 'publication', :id(o.pubname)
  from pg_publication_rel r join pg_publication o on o.oid = r.prpubid
  union all
  select 'pg_publication_namespace'::regclass, r.oid, 0, 'publication', :id(o.pubname) -- since 15
  from pg_publication_namespace r join pg_publication o on o.oid = r.pnpubid -- since 15
  union all
  select 'pg_cast'::regclass, o.oid, 0, 'cast', format_type(o.castsource, null) || ' as ' || format_type(o.casttarget, null) from pg_cast o
  union all
  select 'pg_transform'::regclass, o.oid, 0, 'transform', format_type(o.trftype, null) || ' in ' || :id(l.lanname)
  from pg_transform o join pg_language l on l.oid = o.trflang
  union all
  select 'pg_language'::regclass, o.oid, 0, 'language', :id(o.lanname) from pg_language o
  union all
  select 'pg_foreign_data_wrapper'::regclass, o.oid, 0, 'foreign data wrapper', :id(o.fdwname) from pg_foreign_data_wrapper o
  union all
  select 'pg_foreign_server'::regclass, o.oid, 0, 'foreign server', :id(o.srvname) from pg_foreign_server o
  union all
  select 'pg_am'::regclass, o.oid, 0, 'access method', :id(o.amname) from pg_am o
  union all
  select 'pg_event_trigger'::regclass, o.oid, 0, 'event trigger', :id(o.evtname) from pg_event_trigger o
  union all
  select 'pg_extension'::regclass, o.oid, 0, 'extension', :id(o.extname) from pg_extension o
  union all
  select 'pg_namespace'::regclass, o.oid, 0, 'schema', :id(o.nspname) from pg_namespace o where o.nspname = any(:schemas)
)
select distinct one.kind as kind, one.identity as identity, other.kind as needs_kind, other.identity as needs
from pg_depend d
join things one on one.class = d.classid and one.oid = d.objid and one.part = d.objsubid
join things other on other.class = d.refclassid and other.oid = d.refobjid and other.part = d.refobjsubid
where (one.kind, one.identity) <> (other.kind, other.identity) and d.deptype in ('n', 'a', 'i', 'P', 'S', 'e')
