-- The next large objects in the order of their identifiers, with what statements make of them again.
select o.oid::int8 as id, pg_get_userbyid(o.lomowner)::text as owner, obj_description(o.oid, 'pg_largeobject') as comment,
       (select json_agg(format('%s on large object %s to %s%s', a.privilege, o.oid, a.grantee, a.option) order by a.place)
        from (select lower(x.privilege_type) as privilege, x.ordinality as place,
                     case when x.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end as grantee,
                     case when x.is_grantable then ' with grant option' else '' end as option
              from aclexplode(o.lomacl) with ordinality x
              where x.grantee <> o.lomowner) a) as grants
from pg_largeobject_metadata o
where o.oid::int8 > :after
order by o.oid
limit 500
