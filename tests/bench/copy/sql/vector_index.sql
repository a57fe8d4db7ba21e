create index passages_embedding on passages using hnsw (embedding vector_cosine_ops);
