-- Extensions belong to the database, not to a schema: all of them are compared.
select :id(e.extname) as identity,
       json_build_object('version', e.extversion, 'schema', n.nspname, 
                         -- The server's first superuser has another name on every platform, and owns what comes with it.
                         'owner', case when e.extowner <> 10 then pg_get_userbyid(e.extowner) end,
                         -- What was put into it or taken out. Types that come along with another (of arrays, of rows) are members on
                         -- some versions only.
                         'members', (select count(*) || ', digest ' || left(encode(sha256(convert_to(
                                              string_agg(m.name, ', ' order by m.name collate "C"),
                                              'UTF8')), 'hex'), 12)
                                     from pg_depend d cross join pg_identify_object(d.classid, d.objid, 0) i
                                       -- Not every version writes the schema of the type json here.
                                       cross join lateral (select i.type || ' ' || replace(i.identity, 'pg_catalog.', '') as name) m
                                     where d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid and d.deptype = 'e'
                                       and d.classid <> 'pg_type'::regclass),
                         'comment', obj_description(e.oid, 'pg_extension')) as attributes
from pg_extension e join pg_namespace n on n.oid = e.extnamespace
