select :id(o.pubname) as identity,
       json_build_object(
         'all tables', o.puballtables::text,
         'operations', concat_ws(', ', case when o.pubinsert then 'insert' end, case when o.pubupdate then 'update' end,
                                 case when o.pubdelete then 'delete' end, case when o.pubtruncate then 'truncate' end),
         'via root', o.pubviaroot::text, 'generated columns', nullif(to_jsonb(o) ->> 'pubgencols', 'n'),
         -- Only the tables it names itself; one it has by their schema stands there.
         'definition', (select string_agg(:id(n.nspname) || '.' || :id(c.relname)
                                          || coalesce(' (' || (select string_agg(:id(a.attname), ', ' order by a.attnum) -- since 15
                                                               from pg_attribute a -- since 15
                                                               where a.attrelid = c.oid and a.attnum = any(r.prattrs::int2[])) || ')', '') -- since 15
                                          || coalesce(' where ' || pg_get_expr(r.prqual, r.prrelid), '') -- since 15
                                          , ', ' order by n.nspname, c.relname)
                        from pg_publication_rel r join pg_class c on c.oid = r.prrelid join pg_namespace n on n.oid = c.relnamespace
                        where r.prpubid = o.oid),
         'schemas', (select string_agg(:id(n.nspname), ', ' order by n.nspname) -- since 15
                     from pg_publication_namespace s join pg_namespace n on n.oid = s.pnnspid where s.pnpubid = o.oid), -- since 15
         'owner', pg_get_userbyid(o.pubowner),
         'comment', obj_description(o.oid, 'pg_publication')) as attributes
from pg_publication o
where not exists (select 1 from pg_depend e
                  where e.classid = 'pg_publication'::regclass and e.objid = o.oid and e.deptype = 'e')
