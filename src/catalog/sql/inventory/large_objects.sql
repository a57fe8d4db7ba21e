-- Which large objects there are; what is inside them is read with the rows.
select 'of the database' as identity,
       json_build_object('number', count(*)::text,
                         'identifiers', sum(hashoidextended(o.oid, 0))::text,
                         'privileges', sum(hashtextextended(o.oid || ' ' || o.lomacl::text, 0))::text,
                         'comments', sum(hashtextextended(o.oid || ' ' || obj_description(o.oid, 'pg_largeobject'), 0))::text,
                         'owners', string_agg(distinct pg_get_userbyid(o.lomowner)::text collate "C", ', ')) as attributes
from pg_largeobject_metadata o
having count(*) > 0
