select :id(o.pubname) as identity,
       json_build_object(
         'all tables', o.puballtables::text,
         'operations', concat_ws(', ', case when o.pubinsert then 'insert' end, case when o.pubupdate then 'update' end,
                                 case when o.pubdelete then 'delete' end, case when o.pubtruncate then 'truncate' end),
         'via root', o.pubviaroot::text, 'generated columns', nullif(to_jsonb(o) ->> 'pubgencols', 'n'),
         'definition', case when not o.puballtables then
           (select string_agg(:id(t.schemaname) || '.' || :id(t.tablename) || coalesce(' where ' || (to_jsonb(t) ->> 'rowfilter'), ''),
                              ', ' order by t.schemaname, t.tablename)
            from pg_publication_tables t where t.pubname = o.pubname) end,
         'owner', pg_get_userbyid(o.pubowner),
         'comment', obj_description(o.oid, 'pg_publication')) as attributes
from pg_publication o
where not exists (select 1 from pg_depend e
                  where e.classid = 'pg_publication'::regclass and e.objid = o.oid and e.deptype = 'e')
