from services.translator.app import main

main()
