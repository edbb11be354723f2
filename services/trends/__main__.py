from services.trends.app import main

main()
