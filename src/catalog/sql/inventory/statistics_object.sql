select :id(n.nspname) || '.' || :id(o.stxname) as identity,
       (select :id(tn.nspname) || '.' || :id(t.relname)
        from pg_class t join pg_namespace tn on tn.oid = t.relnamespace where t.oid = o.stxrelid) as parent,
       json_build_object(
         'definition', pg_get_statisticsobjdef(o.oid),
         'statistics target', nullif((to_jsonb(o) ->> 'stxstattarget')::int, -1)::text,
         'owner', pg_get_userbyid(o.stxowner),
         'comment', obj_description(o.oid, 'pg_statistic_ext')) as attributes
from pg_statistic_ext o join pg_namespace n on n.oid = o.stxnamespace
where n.nspname = any(:schemas)
  and not exists (select 1 from pg_depend e
                  where e.classid = 'pg_statistic_ext'::regclass and e.objid = o.oid and e.deptype = 'e')
