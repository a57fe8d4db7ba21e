-- One row: what is known of the server and the database.
-- system_identifier is null where the role may not ask; the address and start time then tell servers apart.
select current_setting('server_version') as version,
       current_setting('server_version_num')::int as version_num,
       current_database()::text as database,
       current_user::text as role,
       (select d.oid::bigint from pg_database d where d.datname = current_database()) as database_oid,
       (select pg_encoding_to_char(d.encoding) from pg_database d where d.datname = current_database()) as encoding,
       case when has_function_privilege('pg_control_system()', 'execute')
            then (select system_identifier::text from pg_control_system()) end as system_identifier,
       coalesce(inet_server_addr()::text, 'local') || ':' || coalesce(inet_server_port()::text, '')
         || ' since ' || pg_postmaster_start_time()::text as address,
       pg_postmaster_start_time()::text as started,
       case when not pg_is_in_recovery() then pg_current_wal_lsn()::text end as lsn,
       now()::text as snapshot_taken,
       -- The start time is part of it: a crash empties unlogged tables.
       case when not pg_is_in_recovery()
            then concat_ws(' ',
                           case when has_function_privilege('pg_control_system()', 'execute')
                                then (select system_identifier::text from pg_control_system()) end,
                           inet_server_addr(), inet_server_port(), pg_postmaster_start_time(),
                           (select d.oid from pg_database d where d.datname = current_database()),
                           pg_current_snapshot()) end as visible,
       -- Hashes are compared between servers, so both must hash alike; a server of other byte order does not.
       hashtextextended('pg-rehearse' collate "C", 42)::text as hash_probe
