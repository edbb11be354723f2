from services.indexer.app import main

if __name__ == "__main__":  # the spawned process imports this module too
    main()
